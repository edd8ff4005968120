// Starts the design system's components. Every page works without this.
import { initAll } from "govuk-frontend";

initAll();
