// The script of the page of swaps: htmx alone, which is told everything by attributes.

import "htmx.org";
