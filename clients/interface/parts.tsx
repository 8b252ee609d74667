/*
 * The small parts that every screen is made of, with their names and states for people who hear a page instead of seeing
 * it. The look is theme.css.
 */
import { useLingui } from '@lingui/react';
import { type ButtonHTMLAttributes, type InputHTMLAttributes, type ReactNode, useEffect, useId, useRef } from 'react';

export type Tone = 'good' | 'warn' | 'bad';

interface ButtonProperties extends ButtonHTMLAttributes<HTMLButtonElement> {
  readonly look?: 'accent' | 'danger' | 'plain';
  readonly wide?: boolean;
  /** Work is under way: the button stays in reach of the keyboard and does nothing. */
  readonly busy?: boolean;
}

export function Button({ look, wide, busy, onClick, children, type = 'button', ...rest }: ButtonProperties) {
  return (
    <button
      {...rest}
      type={type}
      className="button"
      data-look={look}
      data-wide={wide || undefined}
      aria-disabled={busy || undefined}
      onClick={(event) => {
        if (busy) event.preventDefault();
        else onClick?.(event);
      }}
    >
      {children}
    </button>
  );
}

interface FieldProperties {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
  /** The control, given the ids that tie label, hint and fault to it. */
  readonly children: (control: {
    readonly id: string;
    readonly 'aria-describedby': string | undefined;
    readonly 'aria-invalid': boolean | undefined;
  }) => ReactNode;
}

export function Field({ label, hint, fault, children }: FieldProperties) {
  const id = useId();
  const described = [hint ? `${id}-hint` : '', fault ? `${id}-fault` : ''].filter(Boolean).join(' ');
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children({ id, 'aria-describedby': described || undefined, 'aria-invalid': fault ? true : undefined })}
      {hint && (
        <span className="hint" id={`${id}-hint`}>
          {hint}
        </span>
      )}
      {fault && (
        <span className="fault" id={`${id}-fault`} role="alert">
          {fault}
        </span>
      )}
    </div>
  );
}

interface TextFieldProperties extends InputHTMLAttributes<HTMLInputElement> {
  readonly label: string;
  readonly hint?: ReactNode;
  readonly fault?: string | undefined;
}

export function TextField({ label, hint, fault, ...rest }: TextFieldProperties) {
  return (
    <Field label={label} hint={hint} fault={fault}>
      {(control) => <input type="text" {...rest} {...control} />}
    </Field>
  );
}

/** The title of a screen; takes the focus when the screen changes, so that a screen reader says where one is. */
export function ScreenTitle({ children }: { readonly children: ReactNode }) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <h1 ref={heading} tabIndex={-1} style={{ outline: 'none' }}>
      {children}
    </h1>
  );
}

export function Waiting({ label }: { readonly label?: string }) {
  const { i18n } = useLingui();
  return (
    <div className="row" role="status">
      <span className="spinner" aria-hidden="true" />
      <span>{label ?? i18n._('Loading…')}</span>
    </div>
  );
}

/** A message that stands on the page; bad ones are announced at once. */
export function Note({ tone, children }: { readonly tone?: Tone; readonly children: ReactNode }) {
  return (
    <div className="note" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      {children}
    </div>
  );
}

export function Badge({ tone, children }: { readonly tone?: Tone | undefined; readonly children: ReactNode }) {
  return (
    <span className="badge" data-tone={tone}>
      {children}
    </span>
  );
}

export function Empty({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  return (
    <div className="card">
      <h2>{title}</h2>
      {children}
    </div>
  );
}
