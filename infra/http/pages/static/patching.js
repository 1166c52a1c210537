// Makes a page what another one is, touching only what differs: what is opened stays open, what has the focus keeps it, and nothing moves
// under the finger. Elements that have a name (data-key, else an id) stay what they are about wherever they come to stand.

/** Put in the parts of another page that are marked so, and what stands above all pages: of what moment it is, and links that say it. */
export function show(page, marked, mark = () => {}) {
  for (const place of [".bar", ".top nav", ".language"]) put(document.querySelector(place), page.querySelector(place));
  for (const part of document.querySelectorAll(marked)) put(part, page.getElementById(part.id), mark);
}

function put(here, there, mark) {
  if (here && there) patch(here, there, mark);
}

/** Make an element what another is; `mark` is called with what is new or reads otherwise. */
export function patch(old, made, mark = () => {}) {
  for (const { name, value } of made.attributes) if (old.getAttribute(name) !== value) old.setAttribute(name, value);
  for (const { name } of [...old.attributes]) if (name !== "open" && !made.hasAttribute(name)) old.removeAttribute(name);
  const [before, after] = [[...old.childNodes], [...made.childNodes]];
  if (named(old) && named(made)) {
    patchNamed(old, made, mark);
  } else if (before.length === after.length && before.every((node, n) => node.nodeName === after[n].nodeName)) {
    before.forEach((node, n) => patchNode(node, after[n], mark));
  } else {
    replace(old, after, mark);
  }
}

const nameOf = (element) => element.dataset.key ?? element.id;

/** Whether all within it have names, each another. */
function named({ children }) {
  const names = new Set([...children].map(nameOf));
  return children.length > 0 && names.size === children.length && !names.has("");
}

function patchNode(old, made, mark) {
  if (old.nodeType === Node.ELEMENT_NODE) {
    patch(old, made, mark);
  } else if (old.data !== made.data) {
    old.data = made.data;
    if (old.nodeType === Node.TEXT_NODE) mark(old.parentElement);
  }
}

function patchNamed(old, made, mark) {
  const here = new Map([...old.children].map((each) => [nameOf(each), each]));
  const touched = old.matches(":hover") || old.contains(document.activeElement);
  const wanted = [...made.children].map((there) => {
    const mine = here.get(nameOf(there));
    if (mine?.nodeName !== there.nodeName) return document.importNode(there, true);
    patch(mine, there, mark);
    return mine;
  });
  for (const each of here.values()) if (!wanted.includes(each)) each.remove();
  const fresh = wanted.filter((each) => !old.contains(each));
  let before = null;
  for (const each of wanted) {
    const place = before ? before.nextElementSibling : old.firstElementChild;
    // Whoever points at one of them finds it where it was; another time they change places.
    if (each !== place && !(touched && old.contains(each))) old.insertBefore(each, place);
    before = each;
  }
  fresh.forEach((each) => mark(each));
}

function replace(old, after, mark) {
  const said = new Set([...old.children].map((each) => each.textContent));
  const opened = [...old.querySelectorAll("details[open][id]")].map((each) => each.id);
  const focused = old.contains(document.activeElement) ? document.activeElement : null;
  old.replaceChildren(...after.map((node) => document.importNode(node, true)));
  for (const id of opened) old.querySelector(`#${CSS.escape(id)}`)?.setAttribute("open", "");
  const again = focused && placeOf(focused);
  if (again) old.querySelector(again)?.focus();
  const fresh = [...old.children].filter((each) => !said.has(each.textContent));
  (old.children.length ? fresh : [old]).forEach((each) => mark(each));
}

/** By what an element is found again in another page; null where by nothing. */
function placeOf(element) {
  if (element.id) return `#${CSS.escape(element.id)}`;
  if (element.hasAttribute("href")) return `[href="${CSS.escape(element.getAttribute("href"))}"]`;
  return element.matches("details[id] > summary") ? `#${CSS.escape(element.parentElement.id)} > summary` : null;
}
