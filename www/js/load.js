// Loads the face, the second file: everything that few visitors need at once (face.js says what). Each entry
// says how its kind of script gets it.
//
// Left out: what is shown of it, and when.

import { then } from "#shared";

let load, tools, face, loading, address;

/** Names the function that imports the face, by its address beside the tag, and what the face may use. */
export function setLoad(importing, build, handed) {
  load = importing;
  tools = handed;
  // An address of this build alone.
  address = "consentinel.face.js?" + build.slice(0, 12);
}

/** The next one is made with other tools. */
export function forget() {
  face = loading = null;
}

/** The face, once it is there. */
export const faceNow = () => face;

/** Calls one of the two, once the face is there or could not be had, which is told. */
export function getFace(act, fail) {
  loading ??= then(
    load(address),
    (made) => void (face = made.default(tools)),
    (error) => {
      loading = null;
      // A browser may keep that this one could not be had.
      address += "&";
      console.error("consentinel: face-unavailable; serve consentinel.face.js beside the tag", error);
      throw error;
    },
  );
  then(loading, () => act(face), fail);
}
