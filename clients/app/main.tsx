/* The app starts here: texts, session and cache around the screens. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { SiteProvider } from '../graph/site.tsx';
import { FailureBoundary } from '../interface/failure-boundary.tsx';
import { LanguageProvider, type LoadMessages } from '../interface/language.tsx';
import { NoticeProvider } from '../interface/notices.tsx';
import '../interface/theme.css';
import { applyKeptAppearance } from './account/appearance.ts';
import { InstallationProvider } from './account/installation.tsx';
import { cache } from './shell/cache.ts';
import { prepareScreen, Shell } from './shell/shell.tsx';
import './shell/shell.css';

const load: LoadMessages = (language) => (language === 'es' ? import('./texts/es.po') : import('./texts/en.po'));

applyKeptAppearance();
prepareScreen(location.pathname);
const root = document.getElementById('root');
if (!root) throw new Error('index.html has the place that the app is put into');
createRoot(root).render(
  <StrictMode>
    <LanguageProvider load={load}>
      <NoticeProvider>
        <InstallationProvider>
          <SiteProvider name="app" cache={cache}>
            <FailureBoundary frame="screen" start="/app/">
              <Shell />
            </FailureBoundary>
          </SiteProvider>
        </InstallationProvider>
      </NoticeProvider>
    </LanguageProvider>
  </StrictMode>,
);
