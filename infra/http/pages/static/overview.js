// Keeps the overview live: when a unit's counts change, the page is asked for again, and what is another in it is put in its place and
// marks itself. No figure is computed here; nothing moves, what is opened stays open, and what has the focus keeps it.

import { flash, follow } from "./following.js";

const AGAIN = 2000; // milliseconds between two askings: a great import changes counts twice a second
const live = document.getElementById("live");
let asking = false;
let stale = false;

async function changed() {
  stale = true;
  if (asking) return;
  asking = true;
  while (stale) {
    stale = false;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" } });
      if ([401, 403, 404].includes(answer.status)) return; // no longer this reader's to see: the stream ends as well
      if (!answer.ok) throw new Error(String(answer.status));
      show(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      stale = true; // the server is away or busy: asked again
    }
    await new Promise((then) => setTimeout(then, AGAIN));
  }
  asking = false;
}

function show(other) {
  patch(document.querySelector(".bar summary"), other.querySelector(".bar summary"), () => {});
  const parts = other.querySelectorAll("[data-live]");
  document.querySelectorAll("[data-live]").forEach((part, n) => { if (parts[n]) patch(part, parts[n], flash); });
}

/** Make an element what another is, touching only what differs. */
function patch(old, made, mark) {
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (name !== "open" && !made.hasAttribute(name)) old.removeAttribute(name);
  const [before, after] = [[...old.childNodes], [...made.childNodes]];
  if (before.length === after.length && before.every((node, n) => node.nodeName === after[n].nodeName)) {
    before.forEach((node, n) => patchNode(node, after[n], mark));
    return;
  }
  const said = new Set([...old.children].map((each) => each.textContent));
  const focused = old.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  old.replaceChildren(...after.map((node) => document.importNode(node, true)));
  if (focused !== null) old.querySelector(`[href="${CSS.escape(focused)}"]`)?.focus();
  const fresh = [...old.children].filter((each) => !said.has(each.textContent));
  (old.children.length ? fresh : [old]).forEach((each) => mark(each));
}

function patchNode(old, made, mark) {
  if (old.nodeType === Node.ELEMENT_NODE) {
    patch(old, made, mark);
  } else if (old.data !== made.data) {
    old.data = made.data;
    if (old.nodeType === Node.TEXT_NODE) mark(old.parentElement);
  }
}

follow(live, { units: changed, restarted: changed }, { unit: live.dataset.unit });
