// Follows a stream for a page, and says on the page whether it is live or cut off, and from when its last data are.
// Its place is the element #live; its own: data-stream (the address) and data-after (the id that the page was made at).
// A page that nobody looks at, because another tab lies before it, holds no connection and asks for nothing: a browser has few
// connections for all tabs of a server. Looked at again it goes on behind the last id that it heard.

const hour = new Intl.DateTimeFormat("en-GB", { timeZone: "Asia/Ho_Chi_Minh", hour: "2-digit", minute: "2-digit", second: "2-digit" });

/** Milliseconds until it is asked again after an answer that is an error: there the browser gives up. Each time twice as long, to a minute. */
const AGAIN = 2000;
const SELDOM = 60000;

/** Call what is told by the name of its event, with its data. `silent`: whether the page is about another moment just now. */
export function follow(live, told, { silent = () => false, ...asked } = {}) {
  const on = live.querySelector(".on");
  const paused = live.querySelector(".paused");
  let last = new Date();
  let seen = live.dataset.after;
  let again = AGAIN;
  let source = null;
  let waiting = 0;
  let known = false;

  /** Before anything was heard of the stream, the page is neither live nor cut off, and says nothing. */
  function heard() {
    if (!known) live.hidden = false;
    known = true;
  }

  function open() {
    const address = new URL(live.dataset.stream, location.href);
    for (const [name, value] of Object.entries({ after: seen, ...asked })) if (value) address.searchParams.set(name, value);
    source = new EventSource(address);
    source.addEventListener("open", () => {
      last = new Date();
      again = AGAIN;
      on.hidden = silent();
      paused.hidden = true;
      heard();
    });
    source.addEventListener("error", ({ target }) => {
      const time = paused.querySelector("time");
      time.dateTime = last.toISOString();
      time.textContent = hour.format(last);
      on.hidden = true;
      paused.hidden = false;
      heard();
      if (target === source && target.readyState === EventSource.CLOSED) {
        waiting = setTimeout(open, again);
        again = Math.min(2 * again, SELDOM);
      }
    });
    for (const [name, then] of Object.entries(told)) {
      source.addEventListener(name, ({ data, lastEventId }) => {
        last = new Date();
        seen = lastEventId || seen;
        then(data);
      });
    }
  }

  document.addEventListener("visibilitychange", () => {
    clearTimeout(waiting);
    source?.close();
    if (!document.hidden) open();
  });
  if (!document.hidden) open();
}

/** Mark a place for a moment. */
export function flash(place, milliseconds = 2000) {
  place.classList.add("changed");
  setTimeout(() => place.classList.remove("changed"), milliseconds);
}
