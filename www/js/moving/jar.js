// Writing cookies while there is no gate yet.

/** As a page does. */
export function writeCookie(text) {
  document.cookie = text;
}
