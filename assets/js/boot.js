// Runs before the first paint: says to the stylesheet that scripts work. It replaces the inline script of
// GOV.UK Frontend's page template, so the content security policy needs no nonce, hash or 'unsafe-inline'.
document.body.classList.add("js-enabled");
if ("noModule" in HTMLScriptElement.prototype) document.body.classList.add("govuk-frontend-supported");
