"""A chart as a picture, PNG or SVG, with its title above it and what it is of below.

The browser that shows the chart makes the picture, by the Plotly that drew it: so the picture is what the reader sees, in
their mode and language, and neither a second browser on the server nor a network is needed.
"""

from collections.abc import Sequence

import streamlit as st

from wording import _

_HTML = '<div class="pictures"><button type="button" data-kind="png"></button><button type="button" data-kind="svg"></button></div>'
_CSS = """
.pictures { display: flex; gap: 0.5rem; }
button { font: inherit; font-size: 0.875rem; color: var(--st-text-color); background: transparent; cursor: pointer;
  border: 1px solid var(--st-border-color); border-radius: 0.5rem; padding: 0.25rem 0.75rem; }
button:hover { color: var(--st-primary-color); border-color: var(--st-primary-color); }
button:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
"""
_TAKE = """
const MARGIN = 24, SHARPNESS = 2, TITLE = 18, SMALL = 12, LEADING = 1.35;
const measure = document.createElement("canvas").getContext("2d");

const escaped = text => text.replace(/[&<>"]/g, sign => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign]);

// Lines no longer than there is room: a break is between words, or beside any Chinese sign.
function wrapped(text, size, weight, family, room) {
  measure.font = `${weight} ${size}px ${family}`;
  const lines = [];
  let line = "";
  for (const word of text.match(/[\\u2e80-\\uffef]|[^\\s\\u2e80-\\uffef]+\\s*|\\s+/g) ?? []) {
    if (line && measure.measureText((line + word).trimEnd()).width > room) {
      lines.push(line.trimEnd());
      line = "";
    }
    line += word;
  }
  return line.trim() ? [...lines, line.trimEnd()] : lines;
}

// The page's own fonts, written into the picture: it may be opened where they are not.
async function fonts(family) {
  const rules = [...document.styleSheets].flatMap(sheet => { try { return [...sheet.cssRules]; } catch { return []; } });
  const faces = rules.filter(rule => rule instanceof CSSFontFaceRule
    && family.includes(rule.style.getPropertyValue("font-family").replace(/["']/g, "").trim())
    && rule.style.getPropertyValue("font-style") !== "italic");
  return Promise.all(faces.map(async face => {
    const source = face.style.getPropertyValue("src").match(/url\\(["']?([^"')]+)/);
    if (!source) return "";
    const address = new URL(source[1], face.parentStyleSheet.href ?? document.baseURI);
    const file = await (await fetch(address)).blob();
    const link = await new Promise(done => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result);
      reader.readAsDataURL(file);
    });
    return face.cssText.replace(/src:[^;]+;/, `src: url("${link}");`);
  }));
}

async function drawn(data, style) {
  const plot = document.querySelector(`.st-key-${CSS.escape(data.chart)} .js-plotly-plot`);
  const width = plot._fullLayout.width, height = plot._fullLayout.height;
  const link = await window.Plotly.toImage(plot, { format: "svg", width, height });
  const chart = decodeURIComponent(link.slice(link.indexOf(",") + 1)).replace(/^<\\?xml[^>]*>/, "");
  const family = plot._fullLayout.font.family;
  const ground = style.getPropertyValue("--st-background-color").trim(), ink = style.getPropertyValue("--st-text-color").trim();
  let below = MARGIN;
  const parts = [];
  const say = (text, size, weight, opacity) => {
    for (const line of wrapped(text, size, weight, family, width)) {
      below += size * LEADING;
      parts.push(`<text x="${MARGIN}" y="${below}" font-size="${size}" font-weight="${weight}" fill="${ink}" `
        + `fill-opacity="${opacity}">${escaped(line)}</text>`);
    }
  };
  say(data.title, TITLE, 600, 1);
  below += MARGIN / 2;
  parts.push(chart.replace("<svg", `<svg x="${MARGIN}" y="${below}"`));
  below += height + MARGIN / 4;
  for (const line of data.lines) say(line, SMALL, 400, 0.75);
  const wide = width + 2 * MARGIN, high = Math.ceil(below + MARGIN);
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${wide}" height="${high}" viewBox="0 0 ${wide} ${high}" `
    + `font-family="${escaped(family)}">`;
  const faces = `<style>${escaped((await fonts(family)).join(""))}</style>`;
  const title = `<title>${escaped(data.title)}</title><rect width="100%" height="100%" fill="${ground}"/>`;
  return { text: open + faces + title + parts.join("") + "</svg>", wide, high };
}

async function asPng({ text, wide, high }) {
  const image = new Image();
  image.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(text);
  await image.decode();
  const canvas = document.createElement("canvas");
  canvas.width = wide * SHARPNESS;
  canvas.height = high * SHARPNESS;
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise(done => canvas.toBlob(done, "image/png"));
}

export default function ({ data, parentElement }) {
  for (const button of parentElement.querySelectorAll("button")) {
    const kind = button.dataset.kind;
    button.textContent = kind.toUpperCase();
    button.title = data.words[kind];
    button.onclick = async () => {
      const picture = await drawn(data, getComputedStyle(button));
      const blob = kind === "png" ? await asPng(picture) : new Blob([picture.text], { type: "image/svg+xml" });
      const link = document.createElement("a");
      link.href = URL.createObjectURL(blob);
      link.download = `${data.file}.${kind}`;
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    };
  }
}
"""
_pictures = st.components.v2.component("pictures", html=_HTML, css=_CSS, js=_TAKE)


def picture_buttons(chart: str, stem: str, title: str, lines: Sequence[str]) -> None:
    """Two buttons that save the chart of the key `chart` as PNG and as SVG; `lines` are written below it."""
    words = {"png": _("A picture for slides and messages"), "svg": _("A picture that stays sharp at any size")}
    data = {"chart": chart, "file": stem, "title": title, "lines": [line for line in lines if line], "words": words}
    _pictures(key=f"pictures_{chart}", data=data)
