// What a server answers with for this visitor.
import { consentHeaders } from "consentinel/server";
import { policy } from "../../policy.js";

const headersFor = consentHeaders(policy);

export function GET(request) {
  return Response.json(headersFor(request.headers.get("cookie")));
}
