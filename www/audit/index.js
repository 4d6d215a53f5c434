// The entry of the officer's page as it is opened from a disk: files are all that comes in.

import { open } from "./desk.js";

open();
