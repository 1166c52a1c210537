// Asks for pages of ours beside the one that is open, and not more often than the server can bear, however many are open.

/** Milliseconds between two askings at least: a great import changes counts twice a second. */
const SELDOM = 2000;
/** At most; and how many times as long as the last answer took: most of the server's time stays for others. */
const RARELY = 60000;
const TIMES = 10;
/** An answer that took no longer waited for nobody. */
const QUICK = 100;

const wait = (milliseconds) => new Promise((then) => setTimeout(then, milliseconds));

/** A page of ours; null where one has to sign in again, or it is no longer this reader's to see. `byItself`: nobody did anything, so the
 *  session is not kept by it. Throws where it may be asked for again. */
export async function fetchPage(url, { byItself = true, signal } = {}) {
  const headers = { accept: "text/html", ...(byItself && { "dunghen-by-itself": "1" }) };
  const answer = await fetch(url, { headers, redirect: "manual", signal });
  if (answer.type === "opaqueredirect" || [401, 403, 404].includes(answer.status)) return null;
  if (!answer.ok) throw new Error(String(answer.status));
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

/** When somebody looks at this page. */
export async function lookedAt() {
  while (document.hidden) await new Promise((then) => document.addEventListener("visibilitychange", then, { once: true }));
}

/** What asks for this page anew whenever it is called, never twice at a time, and hands over what comes. The first change after a silence
 *  is asked for at once. All open pages hear of it in the same moment, so whose last answer had to wait for those of others waits as long
 *  as that, at most: then they come one after another. Later changes wait for SELDOM, and longer the slower the server answers, each page
 *  a while of its own: two hundred open ones ask once for many changes, and most of the server's time stays for others. What did not come
 *  is asked for again. */
export function renewing(then) {
  const [opened] = performance.getEntriesByType("navigation");
  let took = opened ? opened.responseEnd - opened.requestStart : 0;
  let asking = false;
  let stale = false;

  return async function changed() {
    stale = true;
    if (asking) return;
    asking = true;
    let spread = Math.max(0, took - QUICK);
    while (stale) {
      await wait(Math.random() * Math.min(spread, SELDOM));
      await lookedAt();
      stale = false;
      let least = SELDOM;
      const address = location.href;
      const began = performance.now();
      try {
        const page = await fetchPage(address);
        if (page === null) {
          stale = true; // the stream ends as well, and says so; it comes again where its reader signs in elsewhere
          least = RARELY;
        } else if (location.href === address) {
          then(page);
        } else {
          stale = true; // its reader went on meanwhile: this is of where he was
        }
      } catch {
        stale = true; // the server is away or busy
      }
      took = performance.now() - began;
      spread = TIMES * took;
      await wait(Math.max(least, Math.min(spread, RARELY)));
    }
    asking = false;
  };
}
