/* The fields that an application and a claim have in common, and how what was written becomes what the API takes. */
import { useLingui } from '@lingui/react';
import type { FieldErrors, UseFormRegister } from 'react-hook-form';
import { TextField } from '../../interface/parts.tsx';

export interface ContactForm {
  readonly legalName: string;
  readonly employerNumber: string;
  readonly webDomain: string;
  readonly contactName: string;
  readonly contactEmail: string;
}

export const emptyContact: ContactForm = {
  legalName: '',
  employerNumber: '',
  webDomain: '',
  contactName: '',
  contactEmail: '',
};

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;
const DOMAIN = /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}$/i;

/** Addresses are often pasted where a domain is asked for. */
export const toDomain = (written: string) =>
  written
    .trim()
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replace(/^www\./, '')
    .replace(/\/.*$/, '');

export const toDigits = (written: string) => written.replace(/\D/g, '');

export function contactInput({ legalName, employerNumber, webDomain, contactName, contactEmail }: ContactForm) {
  return {
    legalName: legalName.trim(),
    employerNumber: toDigits(employerNumber) || null,
    webDomain: toDomain(webDomain),
    contact: { name: contactName.trim(), email: contactEmail.trim() },
  };
}

interface ContactFieldsProperties {
  readonly register: UseFormRegister<ContactForm>;
  readonly errors: FieldErrors<ContactForm>;
  readonly needsEmployerNumber: boolean;
}

export function ContactFields({ register, errors, needsEmployerNumber }: ContactFieldsProperties) {
  const { i18n } = useLingui();
  const needed = (value: string) => value.trim() !== '' || i18n._('This is needed.');
  return (
    <>
      <TextField
        label={i18n._('Name in law')}
        autoComplete="organization"
        maxLength={80}
        fault={errors.legalName?.message}
        {...register('legalName', { validate: needed })}
      />
      <TextField
        label={needsEmployerNumber ? i18n._('EIN') : i18n._('EIN (if there is one)')}
        hint={i18n._('The Employer Identification Number has nine digits, such as 12-3456789.')}
        inputMode="numeric"
        fault={errors.employerNumber?.message}
        {...register('employerNumber', {
          validate: (value) =>
            toDigits(value).length === 9 ||
            (!needsEmployerNumber && value.trim() === '') ||
            i18n._('The EIN has nine digits.'),
        })}
      />
      <TextField
        label={i18n._('Domain of the organisation')}
        hint={i18n._('Such as example.org. You prove that it is yours; mail providers for everybody do not count.')}
        inputMode="url"
        autoCapitalize="none"
        fault={errors.webDomain?.message}
        {...register('webDomain', {
          validate: (value) => DOMAIN.test(toDomain(value)) || i18n._('Write a domain, such as example.org.'),
        })}
      />
      <TextField
        label={i18n._('Name of whom to write to')}
        autoComplete="name"
        maxLength={80}
        fault={errors.contactName?.message}
        {...register('contactName', { validate: needed })}
      />
      <TextField
        label={i18n._('Their e-mail at this domain')}
        type="email"
        autoComplete="email"
        fault={errors.contactEmail?.message}
        {...register('contactEmail', {
          validate: (value) => EMAIL.test(value.trim()) || i18n._('Write an e-mail address.'),
        })}
      />
    </>
  );
}
