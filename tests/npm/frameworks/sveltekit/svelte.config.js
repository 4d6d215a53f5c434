// Nothing of Consentinel's; an application names its adapter here.
export default {};
