"""Stage boundaries on one line of days past due: a handle a boundary, dragged or moved by the arrow keys.

The line is stretched where boundaries are close, in the first days. A handle is a range of the browser's own, so it is read aloud with
its stage and day.
"""

import streamlit as st

_HTML = '<div class="line"></div><div class="names"></div>'
_CSS = """
:host { display: block; }
.line { position: relative; height: 2.25rem; margin: 1.1rem 0 0; }
.part { position: absolute; top: 0.85rem; height: 0.5rem; }
.part:first-child { border-radius: 4px 0 0 4px; }
input { position: absolute; inset: 0; width: 100%; height: 2.25rem; margin: 0; background: none; appearance: none; pointer-events: none; }
input::-webkit-slider-thumb { appearance: none; pointer-events: auto; width: 16px; height: 16px; border-radius: 50%; cursor: ew-resize;
  background: var(--st-background-color); border: 4px solid var(--st-primary-color); }
input::-moz-range-thumb { pointer-events: auto; width: 9px; height: 9px; border-radius: 50%; cursor: ew-resize;
  background: var(--st-background-color); border: 4px solid var(--st-primary-color); }
input::-webkit-slider-runnable-track, input::-moz-range-track { background: none; }
input:focus-visible { outline: none; }
input:focus-visible::-webkit-slider-thumb { outline: 2px solid var(--st-primary-color); outline-offset: 2px; }
.day { position: absolute; top: -0.75rem; transform: translateX(-50%); font: 600 0.8rem var(--st-font); color: var(--st-text-color); }
.names { display: flex; flex-wrap: wrap; gap: 0.15rem 0.9rem; font: 0.8rem var(--st-font); color: var(--st-text-color); }
.names i { display: inline-block; width: 0.7rem; height: 0.7rem; border-radius: 2px; margin-right: 0.3rem; vertical-align: -1px; }
"""
_JS = """
const STEPS = 1000;
export default function ({ data, parentElement, setStateValue }) {
  const { stages, most, label, until } = data;
  const days = stages.map(stage => stage.day);
  const place = day => Math.sqrt((Math.min(day, most) - 1) / (most - 1));
  const dayAt = share => Math.round(1 + share * share * (most - 1));
  const line = parentElement.querySelector(".line"), names = parentElement.querySelector(".names");
  const inside = (at, day) => Math.max(at ? days[at - 1] + 1 : 1, Math.min(day, at + 1 < days.length ? days[at + 1] - 1 : most));
  // A handle's middle stands half its width inside either end of the range.
  const left = share => `calc(8px + ${share} * (100% - 16px))`;
  const inputs = [];
  const draw = () => {
    line.querySelectorAll(".part, .day").forEach(old => old.remove());
    stages.forEach((stage, at) => {
      const from = place(days[at]), to = at + 1 < days.length ? place(days[at + 1]) : 1;
      const part = document.createElement("div");
      part.className = "part";
      part.style.cssText = `left: ${left(from)}; width: calc(${to - from} * (100% - 16px)); background: ${stage.colour}`;
      line.prepend(part);
      const day = document.createElement("div");
      day.className = "day";
      day.textContent = days[at];
      day.style.left = left(from);
      line.append(day);
      inputs[at].value = Math.round(from * STEPS);
      inputs[at].setAttribute("aria-valuetext", label.replace("{stage}", stage.name).replace("{day}", days[at]));
    });
    names.replaceChildren(...stages.map((stage, at) => {
      const name = document.createElement("span"), mark = document.createElement("i");
      mark.style.background = stage.colour;
      const end = at + 1 < days.length ? `–${days[at + 1] - 1}` : until;
      name.append(mark, `${stage.name} ${days[at]}${end}`);
      return name;
    }));
  };
  const move = (at, day, tell) => {
    days[at] = inside(at, day);
    draw();
    if (tell) setStateValue("days", [...days]);
  };
  line.replaceChildren();
  stages.forEach((stage, at) => {
    const input = document.createElement("input");
    Object.assign(input, { type: "range", min: 0, max: STEPS, step: 1 });
    input.setAttribute("aria-label", stage.name);
    input.oninput = () => move(at, dayAt(input.value / STEPS), false);
    input.onchange = () => move(at, dayAt(input.value / STEPS), true);
    input.onkeydown = event => {
      const by = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      if (!by) return;
      event.preventDefault();
      move(at, days[at] + by, true);
    };
    inputs.push(input);
    line.append(input);
  });
  draw();
}
"""
_timeline = st.components.v2.component("timeline", html=_HTML, css=_CSS, js=_JS)


def timeline(stages: list[tuple[str, str, int, str]], most: int, label: str, until: str, key: str) -> list[int]:
    """The days past due at which the stages begin, as a person has set them.

    stages: (code, name, day, colour) in their order. most: the last day on the line. label: with {stage} and {day}, read aloud.
    until: what stands after the last stage's day.
    """
    shown = [{"name": name, "day": day, "colour": colour} for _code, name, day, colour in stages]
    data = {"stages": shown, "most": most, "label": label, "until": until}
    chosen = _timeline(
        key=key, data=data, default={"days": [day for *_s, day, _c in stages]}, on_days_change=lambda: None
    )
    days = [int(day) for day in (chosen.days or [])]
    return days if len(days) == len(stages) else [day for *_s, day, _c in stages]
