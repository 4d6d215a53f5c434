// Where maps come from; tests put a stand-in there.
export const MAPS = import.meta.env.VITE_MAPS ?? "https://www.openstreetmap.org";

/** The page of a map, for a frame. */
export const map = `${MAPS}/export/embed.html?bbox=2.29,48.85,2.31,48.86&layer=mapnik`;
