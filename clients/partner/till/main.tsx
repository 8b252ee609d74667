/* The till starts here: texts around the one page, once the place that works without a network is where we are. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { LanguageProvider, type LoadMessages } from '../../interface/language.tsx';
import '../../interface/theme.css';
import { TillPage } from './till-page.tsx';
import './till.css';

const load: LoadMessages = (language) => (language === 'es' ? import('./texts/es.po') : import('./texts/en.po'));

const root = document.getElementById('root');
if (!root) throw new Error('index.html has the place that the till is put into');
// What is kept for the time without a network is kept for addresses below this one.
if (location.pathname === '/till') location.replace('/till/');
else {
  createRoot(root).render(
    <StrictMode>
      <LanguageProvider load={load}>
        <TillPage />
      </LanguageProvider>
    </StrictMode>,
  );
}
