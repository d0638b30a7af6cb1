// The page of a deck: draws its charts at the size of their slides, and presents it, one slide at a time.
"use strict";
(() => {
  const WIDE = 1280, HIGH = 720, LARGEST = 1.5, SMALLEST = 0.55, SLACK = 4;
  const told = JSON.parse(document.getElementById("told").textContent);
  const places = [...document.querySelectorAll(".place")];
  const root = document.documentElement, body = document.body, said = document.getElementById("said");
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const printing = location.hash === "#print";
  let at = 0;

  // Charts. A figure keeps its own proportions of letters to lines: it is drawn at its height and scaled to the slide.
  function draw(box, light) {
    const figures = JSON.parse(box.nextElementSibling.textContent);
    const figure = light || !dark.matches || !figures.dark ? figures.light : figures.dark;
    const natural = figure.layout.height || 300;
    const scale = Math.min(LARGEST, Math.max(SMALLEST, box.clientHeight / natural));
    const width = Math.floor(box.clientWidth / scale), height = Math.floor(box.clientHeight / scale);
    const drawing = box.firstElementChild;
    drawing.style.width = `${width}px`;
    drawing.style.height = `${height}px`;
    drawing.style.transform = `scale(${scale})`;
    box.classList.toggle("light-ground", !figures.dark && dark.matches && !light);
    const layout = { ...figure.layout, width, height, autosize: false };
    Plotly.react(drawing, figure.data, layout, { displayModeBar: false, responsive: false });
  }

  const boxes = [...document.querySelectorAll(".chart")];
  const drawAll = light => boxes.forEach(box => draw(box, light));

  // Texts that have no room are made smaller.
  function fit(element, least) {
    let size = parseFloat(getComputedStyle(element).fontSize);
    while (size > least && (element.scrollHeight > element.clientHeight + SLACK || element.scrollWidth > element.clientWidth + 1)) {
      size -= 0.5;
      element.style.fontSize = `${size}px`;
    }
  }

  function fitAll() {
    for (const title of document.querySelectorAll(".slide h2")) fit(title, 18);
    for (const foot of document.querySelectorAll(".foot")) fit(foot, 8);
    for (const side of document.querySelectorAll(".side, .words, .tabled")) fit(side, 9);
  }

  function scale() {
    const presenting = body.classList.contains("presenting");
    const wide = root.clientWidth, high = window.innerHeight;
    const k = presenting ? Math.min(wide / WIDE, high / HIGH) : Math.min(1, (wide - 24) / WIDE);
    root.style.setProperty("--k", printing ? 1 : Math.max(k, 0.25));
  }

  // Presenting
  function show(number, focus = true) {
    at = Math.min(Math.max(number, 0), places.length - 1);
    places.forEach((place, n) => place.classList.toggle("shown", n === at));
    if (location.protocol !== "about:") history.replaceState(null, "", `#slide-${at + 1}`);  // a page within another has no address
    if (!body.classList.contains("presenting")) return;
    const heading = places[at].querySelector("h1, h2");
    said.textContent = told.slide.replace("{n}", at + 1).replace("{many}", places.length) + ": " + heading.textContent;
    if (focus) {
      window.focus();
      heading.focus({ preventScroll: true });
    }
  }

  function present() {
    body.classList.add("presenting");
    scale();
    show(at);
  }

  function leave() {
    if (document.fullscreenElement) document.exitFullscreen();
    body.classList.remove("presenting", "with-notes");
    scale();
    places[at].scrollIntoView({ block: "start" });
  }

  function full() {
    if (document.fullscreenElement) document.exitFullscreen();
    else root.requestFullscreen?.().catch(() => {});
  }

  const notes = () => body.classList.toggle("with-notes");
  const actions = {
    ArrowRight: () => show(at + 1), ArrowDown: () => show(at + 1), PageDown: () => show(at + 1), " ": () => show(at + 1),
    ArrowLeft: () => show(at - 1), ArrowUp: () => show(at - 1), PageUp: () => show(at - 1),
    Home: () => show(0), End: () => show(places.length - 1), Escape: leave, n: notes, f: full,
  };

  document.addEventListener("keydown", event => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const presenting = body.classList.contains("presenting");
    if (!presenting && key === "p") present();
    else if (!presenting && key === "f") { present(); full(); }
    else if (presenting && actions[key] && !(key === " " && event.target.tagName === "BUTTON")) actions[key]();
    else return;
    event.preventDefault();
  });
  const clicks = { present, full, notes, leave, next: () => show(at + 1), before: () => show(at - 1), print: () => print() };
  for (const button of document.querySelectorAll("button[data-do]")) button.addEventListener("click", () => clicks[button.dataset.do]());
  if (navigator.maxTouchPoints) {
    let from = 0;
    document.addEventListener("touchstart", event => { from = event.changedTouches[0].clientX; }, { passive: true });
    document.addEventListener("touchend", event => {
      const by = event.changedTouches[0].clientX - from;
      if (body.classList.contains("presenting") && Math.abs(by) > 60) show(at + (by < 0 ? 1 : -1));
    }, { passive: true });
  }

  addEventListener("resize", scale);
  addEventListener("beforeprint", () => { if (dark.matches) drawAll(true); });
  addEventListener("afterprint", () => { if (dark.matches) drawAll(false); });
  dark.addEventListener("change", () => drawAll(printing));
  const asked = /^#slide-(\d+)$/.exec(location.hash);
  if (asked) at = Math.min(Number(asked[1]), places.length) - 1;
  scale();
  fitAll();
  drawAll(printing);
  if (body.dataset.present === "yes") {
    present();
    // Within another page the keys come here only once that page is at rest.
    let tries = 20;
    const take = () => {
      if (document.hasFocus() || !tries--) return;
      show(at);
      setTimeout(take, 150);
    };
    setTimeout(take, 150);
  }
  body.dataset.drawn = "yes";
})();
