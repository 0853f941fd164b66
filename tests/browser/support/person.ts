// A person at a browser of their own: what they see by its German name, and what they do with it.

import { expect, type Browser, type BrowserContext, type BrowserContextOptions, type Download, type Locator, type Page } from '@playwright/test';
import axe from 'axe-core';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { secretText } from './needles.ts';
import { screenshots } from './places.ts';
import { stage } from './stage.ts';
import { install, Watch } from './watch.ts';
import type { Who } from './people.ts';

export const SIZES = {
  desktop: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
  /** The narrowest that WCAG 2.2 asks for (1.4.10). */
  narrow: { width: 320, height: 640 },
  /** What is left of the desktop at 200 %. */
  zoomed: { width: 640, height: 400 },
};

export interface View {
  kind: keyof typeof SIZES;
  theme: 'light' | 'dark';
  language: 'de' | 'en';
}

const USUAL: View = { kind: 'desktop', theme: 'light', language: 'de' };
/** Each theme with each language, each size once; the contrast of colours, which takes longest, once in each theme. */
const LOOKS: (View & { contrast?: true })[] = [
  { ...USUAL, contrast: true },
  { kind: 'phone', theme: 'dark', language: 'en', contrast: true },
  { kind: 'zoomed', theme: 'dark', language: 'de' },
  { kind: 'narrow', theme: 'light', language: 'en' },
];
const told = ({ kind, theme, language }: View) => `${kind}, ${theme}, ${language}`;
const CRYPTO = { timeout: 60_000 };

export class Person {
  private constructor(
    readonly who: Who,
    readonly context: BrowserContext,
    readonly page: Page,
    readonly watch: Watch,
    /** The portal that this person goes to. */
    private readonly home: string,
  ) {}

  static async at(browser: Browser, who: Who, options: BrowserContextOptions = {}, home = stage().url): Promise<Person> {
    const context = await browser.newContext({ acceptDownloads: true, ...options });
    const watch = new Watch(context);
    await install(context);
    return new Person(who, context, await context.newPage(), watch, home);
  }

  /** Another tab of the same browser. */
  async newTab(path = '/'): Promise<Page> {
    const page = await this.context.newPage();
    await page.goto(this.home + path);
    return page;
  }

  /** Ends the browser and says whether it had anything to complain about. */
  async leave(): Promise<void> {
    await this.context.close();
    expect.soft(this.watch.violations, `CSP violations of ${this.who.address}`).toEqual([]);
    expect.soft(this.watch.errors, `errors in the console of ${this.who.address}`).toEqual([]);
  }

  // What is on every page.

  heading(name: string | RegExp): Locator {
    return this.page.getByRole('heading', { name, level: 1 });
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: typeof name === 'string' });
  }

  field(name: string | RegExp): Locator {
    return this.page.getByLabel(name, { exact: typeof name === 'string' });
  }

  alert(): Locator {
    return this.page.getByRole('alert').filter({ hasText: /\S/ });
  }

  toast(text: string | RegExp): Locator {
    return this.page.getByRole('status', { name: 'Hinweise' }).getByText(text);
  }

  async goTo(name: 'Posteingang' | 'Gesendet' | 'Eingeladene' | 'Verwaltung' | 'Neue Nachricht'): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name, exact: true }).click();
    await expect(this.heading(name === 'Verwaltung' ? 'Beschäftigte einladen' : name)).toBeVisible();
  }

  // Signing in and out.

  async open(path = '/'): Promise<void> {
    await this.page.goto(path.startsWith('http') ? path : this.home + path);
  }

  async typeSignIn(password = this.who.password): Promise<void> {
    await this.field('E-Mail-Adresse').fill(this.who.address);
    await this.field('Kennwort').fill(password);
    await this.button('Anmelden').click();
  }

  async signIn(): Promise<void> {
    await this.open();
    await this.typeSignIn();
    await expect(this.heading('Posteingang')).toBeVisible(CRYPTO);
  }

  /** With the initial password, up to the mailbox. */
  async firstSignIn(initial: string): Promise<void> {
    secretText(`initial password of ${this.who.address}`, initial);
    secretText(`password of ${this.who.address}`, this.who.password);
    await this.open();
    await this.typeSignIn(initial);
    await expect(this.heading('Willkommen in Ihrem Postfach')).toBeVisible(CRYPTO);
    await this.chooseOwnPassword();
  }

  async chooseOwnPassword(password = this.who.password): Promise<void> {
    await this.field('Neues Passwort').fill(password);
    await this.field('Neues Passwort wiederholen').fill(password);
    await this.button('Passwort speichern').click();
    await expect(this.toast('Ihr neues Passwort gilt ab jetzt.')).toBeVisible(CRYPTO);
    await expect(this.heading(/^(Wiederherstellungscode|Posteingang)$/)).toBeVisible();
    if (await this.heading('Wiederherstellungscode').isVisible()) await this.keepRecoveryCode();
  }

  /** Reads the recovery code, types it in, and tells it. */
  async keepRecoveryCode(shot?: string): Promise<string> {
    await expect(this.heading('Wiederherstellungscode')).toBeVisible();
    const code = await this.page.locator('#recovery-code').innerText();
    expect(code).toMatch(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){6}$/);
    secretText(`recovery code of ${this.who.address}`, code);
    if (shot) await this.look(shot);
    await this.button('Weiter: Code eingeben').click();
    await this.field('Wiederherstellungscode').fill(code.toLowerCase().replaceAll('-', ' '));
    if (shot) await this.look(`${shot}-typed`);
    await this.button('Code bestätigen').click();
    await expect(this.toast('Ihr Wiederherstellungscode gilt ab jetzt.')).toBeVisible(CRYPTO);
    await this.endFirstSteps(shot);
    return code;
  }

  /** What there is to know comes last, at the first sign-in. */
  async endFirstSteps(shot?: string): Promise<void> {
    await expect(this.heading(/^(Gut zu wissen|Posteingang)$/)).toBeVisible();
    if (await this.heading('Posteingang').isVisible()) return;
    if (shot) await this.look(shot);
    await this.page.getByRole('link', { name: 'Zum Postfach' }).click();
    await expect(this.heading('Posteingang')).toBeVisible();
  }

  async openMenu(): Promise<void> {
    await this.button(/^Konto: /).click();
  }

  async signOut(): Promise<void> {
    await this.openMenu();
    await this.page.getByRole('menuitem', { name: 'Abmelden' }).click();
    await expect(this.page.getByText('Sie sind abgemeldet.')).toBeVisible();
  }

  // Writing.

  async addRecipient(address: string, state: string): Promise<void> {
    await this.field('An').fill(address);
    await this.field('An').press('Enter');
    const chip = this.page.getByRole('list', { name: 'Empfänger' }).getByRole('listitem').filter({ hasText: address.split('@')[0] });
    await expect(chip).toContainText(state);
  }

  /** Makes the mailbox that is missing and tells its initial password. */
  async makeMailbox(shot?: string): Promise<string> {
    await this.button('Postfach anlegen').click();
    const asking = this.page.getByRole('dialog', { name: 'Postfach anlegen?' });
    if (shot) await this.look(`${shot}-asking`);
    await asking.getByRole('button', { name: 'Postfach anlegen' }).click();
    return this.readInitialPassword(shot);
  }

  async readInitialPassword(shot?: string, title = 'Das Postfach ist angelegt'): Promise<string> {
    const dialog = this.page.getByRole('dialog', { name: title });
    await expect(dialog).toBeVisible(CRYPTO);
    const password = await dialog.locator('.secret').innerText();
    expect(password).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){4}$/);
    if (shot) await this.look(shot);
    // Browsers ask a dialog about the first Escape alone.
    await this.page.keyboard.press('Escape');
    await this.page.keyboard.press('Escape');
    await expect(dialog, 'shown only once').toBeVisible();
    await dialog.getByRole('button', { name: /Ich habe das Initial-Kennwort weitergegeben/ }).click();
    await expect(dialog).toBeHidden();
    await expect(this.page.locator('main :focus'), 'the focus has a place again').toHaveCount(1);
    return password;
  }

  async write(subject: string, text: string): Promise<void> {
    await this.field('Betreff').fill(subject);
    await this.field('Nachricht').fill(text);
  }

  /** By the button, as a file chooser. */
  async attach(...paths: string[]): Promise<void> {
    const chooser = this.page.waitForEvent('filechooser');
    await this.button('Anhang hinzufügen').click();
    await (await chooser).setFiles(paths);
  }

  /** By drag and drop from the desktop, onto anything of the page. */
  async drop(onto: Locator, ...paths: string[]): Promise<void> {
    await onto.scrollIntoViewIfNeeded();
    const box = await onto.boundingBox();
    if (!box) throw new Error('there is nowhere to drop');
    const devtools = await this.context.newCDPSession(this.page);
    const at = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
      await devtools.send('Input.dispatchDragEvent', { type, ...at, data });
    }
    await devtools.detach();
  }

  attachments(): Locator {
    return this.page.getByRole('region', { name: 'Anhänge' }).getByRole('listitem');
  }

  async awaitUploads(count: number): Promise<void> {
    await expect(this.page.getByText('verschlüsselt übertragen', { exact: true })).toHaveCount(count, { timeout: 120_000 });
  }

  async send(): Promise<void> {
    await this.button('Senden').click();
    await expect(this.toast('Die Nachricht ist gesendet.')).toBeVisible(CRYPTO);
    await expect(this.heading('Gesendet')).toBeVisible();
  }

  // Reading.

  row(subject: string | RegExp): Locator {
    return this.page.getByRole('list', { name: 'Nachrichten, neueste zuerst' }).getByRole('link').filter({ hasText: subject });
  }

  async read(subject: string): Promise<void> {
    await this.row(subject).click();
    await expect(this.heading(subject)).toBeVisible();
    await expect(this.page.getByText('Absender geprüft')).toBeVisible();
  }

  async save(button: Locator): Promise<{ name: string; bytes: Buffer }> {
    const arriving: Promise<Download> = this.page.waitForEvent('download', { timeout: 60_000 });
    await button.click();
    const download = await arriving;
    return { name: download.suggestedFilename(), bytes: readFileSync(await download.path()) };
  }

  // Looking.

  /** Checks accessibility in both languages and themes, down to a phone's width, and keeps pictures if they are asked for. */
  async look(name: string): Promise<void> {
    const language = (await this.page.locator('html').getAttribute('lang')) === 'en' ? 'en' : 'de';
    for (const view of LOOKS) {
      await this.show(view);
      await this.check(`${name}, ${told(view)}`, { 'color-contrast': view.contrast ?? false });
    }
    if (process.env.KBS_SCREENSHOTS?.split(',').includes(name)) await this.keep(name);
    await this.show({ ...USUAL, language });
  }

  /** What axe finds by its rules, others asked for and without those refused; whether anything reaches out of the page sideways. */
  async check(what: string, rules: Record<string, boolean> = {}): Promise<void> {
    // Colours on their way are none yet.
    await this.page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
    if (!(await this.page.evaluate(() => 'axe' in window))) await this.page.evaluate(axe.source);
    const asked = Object.entries({ 'target-size': true, ...rules }).map(([rule, enabled]) => [rule, { enabled }]);
    // Only what is wrong is asked for: the rest takes most of the time.
    const options: axe.RunOptions = { rules: Object.fromEntries(asked), resultTypes: ['violations'] };
    const { violations } = await this.page.evaluate(
      (options) => (window as unknown as { axe: typeof axe }).axe.run(document, options),
      options,
    );
    const found = violations.map((it) => `${it.id} (${it.impact}): ${it.nodes.map((node) => node.html).join(' · ').slice(0, 400)}`);
    expect.soft(found, `accessibility of ${what}`).toEqual([]);
    const wider = await this.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect.soft(wider, `${what} scrolls sideways`).toBeLessThanOrEqual(0);
  }

  /** The page as it stands, in another size, theme and language. */
  async show({ kind, theme, language }: View): Promise<void> {
    await this.page.setViewportSize(SIZES[kind]);
    // A change of colours that is under way is no state.
    await this.page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' });
    // As another tab tells it.
    await this.page.evaluate((language) => {
      const before = document.documentElement.lang;
      if (before !== language) dispatchEvent(new StorageEvent('storage', { key: 'kbs-language', newValue: language }));
    }, language);
    await expect(this.page.locator('html')).toHaveAttribute('lang', language);
  }

  /** For the guides: both languages and themes, desktop and phone, small. */
  private async keep(name: string): Promise<void> {
    mkdirSync(screenshots, { recursive: true });
    const devtools = await this.context.newCDPSession(this.page);
    // A passing notice is of the way there, not of the page.
    const notices = (visibility: string) => this.page.locator('.toasts').evaluate((it, value) => { it.style.visibility = value; }, visibility);
    await this.page.evaluate(() => scrollTo(0, 0));
    await notices('hidden');
    for (const kind of ['desktop', 'phone'] as const) {
      for (const language of ['de', 'en'] as const) {
        for (const theme of ['light', 'dark'] as const) {
          await this.show({ kind, theme, language });
          const { data } = await devtools.send('Page.captureScreenshot', { format: 'webp', quality: 40 });
          writeFileSync(join(screenshots, `${name}-${kind}-${language}-${theme}.webp`), Buffer.from(data, 'base64'));
        }
      }
    }
    await notices('');
    await devtools.detach();
  }
}
