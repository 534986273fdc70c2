// Everything the pages do with scripts. Each page works without: these only make it quicker or kinder.
// GOV.UK's Radios, Checkboxes and FileUpload scripts are left out on purpose: they put attributes on inputs
// that axe refuses. Follow-up questions are revealed by the stylesheet alone.
import { createAll, CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink } from "govuk-frontend";
import { autosave } from "./autosave.mjs";
import { guardDoubleSubmit } from "./double-submit.mjs";
import { hideScreen } from "./hide-screen.mjs";
import { printButtons } from "./print.mjs";
import { suggestNames } from "./suggest.mjs";

for (const Component of [CharacterCount, ErrorSummary, NotificationBanner, ServiceNavigation, SkipLink]) createAll(Component);
hideScreen();
guardDoubleSubmit();
printButtons();
autosave();
suggestNames();
