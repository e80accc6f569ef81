// SPDX-License-Identifier: MIT
// Does what a page shows now fit a small phone, in every language?
const PHONE = { width: 360, height: 740 };
const LANGUAGES = ['es', 'th', 'en'];

/** Inside the page: what is seen and ends beyond the right edge, where nobody can scroll to it. */
function cutOff() {
  const scrolls = (element) => {
    for (let at = element; at && at !== document.body; at = at.parentElement) {
      const { overflowX, position, clipPath } = getComputedStyle(at);
      if (['auto', 'scroll'].includes(overflowX) || (position === 'absolute' && clipPath !== 'none')) {
        return true;
      }
    }
    return false;
  };
  const out = (element) => {
    const { right, width, height } = element.getBoundingClientRect();
    return (
      width > 0 && height > 0 && right > innerWidth + 1 && element.checkVisibility() && !scrolls(element)
    );
  };
  const found = [...document.body.querySelectorAll('*')].filter(out).map((element) => {
    const { right } = element.getBoundingClientRect();
    return `${element.localName}.${element.getAttribute('class') ?? ''} ends at ${Math.round(right)}: ${element.textContent.trim().slice(0, 40)}`;
  });
  const tabs = [...document.querySelectorAll('.tabs')].filter((of) => of.scrollWidth > of.clientWidth + 1);
  found.push(...tabs.map((of) => `tabs of ${of.scrollWidth} px in ${of.clientWidth}`));
  const wide = document.documentElement.scrollWidth;
  return wide > innerWidth ? [...found, `the page is ${wide} px wide`] : found;
}

/** One line for each part that does not fit; the page is as it was before, in English. */
export async function tooWideForPhones(page) {
  const size = page.viewportSize();
  const problems = [];
  await page.setViewportSize(PHONE);
  for (const language of LANGUAGES) {
    await page.evaluate(
      (chosen) => document.querySelector('cc-app').settings.set({ language: chosen }),
      language,
    );
    await page.waitForSelector(`:root[lang="${language}"]`, { state: 'attached' });
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))),
    );
    problems.push(...(await page.evaluate(cutOff)).map((text) => `${language}: ${text}`));
  }
  await page.setViewportSize(size);
  return problems;
}
