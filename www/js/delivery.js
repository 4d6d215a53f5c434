// The entry of `consentinel.delivery.js`, which a page with the tag loads to hand its records to a collector:
// <script src="consentinel.delivery.js" data-endpoint="https://consent.example" defer></script>
//
// Left out: how that goes (www/npm/delivery.js).

import { deliver } from "../npm/delivery.js";

const { endpoint, key } = document.currentScript?.dataset ?? {};
if (!window.consentinel)
  console.error("consentinel: delivery-alone; load consentinel.js before consentinel.delivery.js");
else if (!endpoint) console.error("consentinel: endpoint-missing; give the address of the collector in data-endpoint");
else deliver(window.consentinel, { endpoint, key });
