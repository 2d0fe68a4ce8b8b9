import { defineConfig, type PlaywrightTestConfig } from "@playwright/test";

// CHROMIUM: the browser to use. PROOFSHEET_BINARY: the server to test (a release build by default).
// SCREENSHOTS=1: take the pictures of docs/screenshots instead of testing.

const desktop = { width: 1440, height: 900 };
const tablet = { width: 1180, height: 820 };
const phone = { width: 390, height: 844 };
const touch = /(touch|axe)\.spec\.ts/;

const tests: PlaywrightTestConfig["projects"] = [
  {
    name: "desktop",
    testIgnore: /(no-js|touch|screenshots)\.spec\.ts/,
    use: { viewport: desktop },
  },
  {
    name: "no-js",
    testMatch: /no-js\.spec\.ts/,
    use: { viewport: desktop, javaScriptEnabled: false },
  },
  {
    name: "tablet",
    testMatch: touch,
    use: { viewport: tablet, hasTouch: true, deviceScaleFactor: 2 },
  },
  {
    name: "phone",
    testMatch: touch,
    use: { viewport: phone, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  },
];

const screenshots: PlaywrightTestConfig["projects"] = [
  { name: "screenshots", testMatch: /screenshots\.spec\.ts/ },
];

export default defineConfig({
  testDir: "tests",
  globalSetup: "./tests/demo-library.ts",
  forbidOnly: Boolean(process.env.CI),
  // A test that holds only at its second try is told as flaky, with its trace, and is a fault to mend.
  retries: process.env.CI ? 1 : 0,
  fullyParallel: false,
  workers: 2,
  timeout: 30_000,
  expect: { timeout: 10_000 },
  reporter: [["list"]],
  projects: process.env.SCREENSHOTS === "1" ? screenshots : tests,
  use: {
    actionTimeout: 10_000,
    colorScheme: "dark",
    locale: "en-GB",
    timezoneId: "UTC",
    // What a test sees comes from the server, but where it is about what is kept.
    serviceWorkers: "block",
    trace: "retain-on-first-failure",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium" },
  },
});
