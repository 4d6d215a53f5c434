// A key that is pressed, as both protocols of WebDriver say it (WebDriver, "Actions"; BiDi has taken them over).

const KEYS = { Tab: "\uE004", Space: " " };

/** The actions of pressing and letting go of a key by its name. */
export function pressing(key) {
  const value = KEYS[key];
  const actions = [
    { type: "keyDown", value },
    { type: "keyUp", value },
  ];
  return [{ type: "key", id: "keyboard", actions }];
}
