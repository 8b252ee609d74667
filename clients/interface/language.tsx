/*
 * English and Spanish: which one a person reads, and how dates, distances and money are written in it. Texts stand in the
 * code in English; the catalogues beside each site say them in Spanish.
 */
import { type Messages, setupI18n } from '@lingui/core';
import { I18nProvider, useLingui } from '@lingui/react';
import { createContext, type ReactNode, useContext, useEffect, useMemo, useState } from 'react';

export const languages = { en: 'English', es: 'Español' } as const;
export type Language = keyof typeof languages;
/** Of one site, besides those of this folder. */
export type LoadMessages = (language: Language) => Promise<{ readonly messages: Messages }>;

interface LanguageChoice {
  readonly language: Language;
  choose(language: Language): void;
}

const LanguageContext = createContext<LanguageChoice | undefined>(undefined);
const KEPT = 'hey-blue language';

/** Shows nothing until the texts are there; they come with the page's own files. */
export function LanguageProvider({ load, children }: { readonly load: LoadMessages; readonly children: ReactNode }) {
  const [language, setLanguage] = useState(firstLanguage);
  const [i18n] = useState(() => setupI18n());
  const [shown, setShown] = useState<Language>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    let current = true;
    const own = language === 'es' ? import('./texts/es.po') : import('./texts/en.po');
    const show = async () => {
      const catalogues = await Promise.all([own, load(language)]);
      if (!current) return;
      const messages = Object.assign({}, ...catalogues.map((catalogue) => catalogue.messages));
      i18n.loadAndActivate({ locale: language, messages });
      document.documentElement.lang = language;
      setShown(language);
    };
    show().catch(() => current && setFailed(true));
    return () => {
      current = false;
    };
  }, [language, load, i18n]);
  const choice = useMemo(
    () => ({
      language,
      choose(next: Language) {
        keep(next);
        setLanguage(next);
      },
    }),
    [language],
  );
  if (!shown) return failed ? <NoTexts /> : null;
  return (
    <LanguageContext.Provider value={choice}>
      <I18nProvider i18n={i18n}>{children}</I18nProvider>
    </LanguageContext.Provider>
  );
}

export function useLanguage(): LanguageChoice {
  const choice = useContext(LanguageContext);
  if (!choice) throw new Error('useLanguage needs a LanguageProvider above it');
  return choice;
}

/** There are no texts, so it says what to do in both languages itself. */
function NoTexts() {
  return (
    <main className="note" data-tone="warn" role="alert">
      <p lang="en">There is no connection. Load the page again.</p>
      <p lang="es">No hay conexión. Vuelve a cargar la página.</p>
      <button type="button" className="button" onClick={() => location.reload()}>
        <span aria-hidden="true">↻</span> OK
      </button>
    </main>
  );
}

/** What was chosen here before, else what the browser asks for. */
function firstLanguage(): Language {
  const wanted = [kept(), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return wanted.find((tag): tag is Language => tag !== undefined && tag in languages) ?? 'en';
}

function kept(): string | undefined {
  try {
    return localStorage.getItem(KEPT) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(language: Language): void {
  try {
    localStorage.setItem(KEPT, language);
  } catch {
    // Kept for this page only, which is what a private window asks for.
  }
}

export interface Formats {
  /** 2026-11-21T14:03:00Z -> Nov 21, 2:03 PM, in the person's own time zone. */
  instant(iso: string | Date): string;
  day(iso: string | Date): string;
  /** From one instant to another; the day once, where it is the same: Nov 24, 2026, 9:00 – 11:00 AM. */
  span(from: string | Date, until: string | Date): string;
  /** 950 -> $9.50 */
  money(cents: number): string;
  count(value: number): string;
  /** Meters as miles and feet, as people in the United States read them. */
  distance(meters: number): string;
  /** How long until or since: in 3 minutes, 2 days ago. */
  ago(iso: string | Date, now: Date): string;
}

const METERS_PER_FOOT = 0.3048;
const METERS_PER_MILE = 1609.344;

/** How the language of the page writes things. */
export function useFormats(): Formats {
  const { i18n } = useLingui();
  const { locale } = i18n;
  return useMemo(() => {
    const region = locale === 'es' ? 'es-US' : 'en-US';
    const instants = new Intl.DateTimeFormat(region, { dateStyle: 'medium', timeStyle: 'short' });
    const days = new Intl.DateTimeFormat(region, { dateStyle: 'medium' });
    const moneys = new Intl.NumberFormat(region, { style: 'currency', currency: 'USD' });
    const counts = new Intl.NumberFormat(region);
    const feet = new Intl.NumberFormat(region, { style: 'unit', unit: 'foot', maximumFractionDigits: 0 });
    const miles = new Intl.NumberFormat(region, { style: 'unit', unit: 'mile', maximumFractionDigits: 1 });
    const relative = new Intl.RelativeTimeFormat(region, { numeric: 'auto' });
    return {
      instant: (iso) => instants.format(new Date(iso)),
      day: (iso) => days.format(new Date(iso)),
      span: (from, until) => instants.formatRange(new Date(from), new Date(until)),
      money: (cents) => moneys.format(cents / 100),
      count: (value) => counts.format(value),
      distance: (meters) =>
        meters < METERS_PER_MILE / 4 ? feet.format(meters / METERS_PER_FOOT) : miles.format(meters / METERS_PER_MILE),
      ago(iso, now) {
        const seconds = (new Date(iso).getTime() - now.getTime()) / 1000;
        const size = Math.abs(seconds);
        if (size < 60) return relative.format(Math.round(seconds), 'second');
        if (size < 3_600) return relative.format(Math.round(seconds / 60), 'minute');
        if (size < 86_400) return relative.format(Math.round(seconds / 3_600), 'hour');
        return relative.format(Math.round(seconds / 86_400), 'day');
      },
    };
  }, [locale]);
}
