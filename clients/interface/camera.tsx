/* The camera as a reader of QR codes. Its code is loaded when it is opened; the picture never leaves the phone. */
import { useLingui } from '@lingui/react';
import type scanning from 'qr-scanner';
import { useEffect, useRef, useState } from 'react';
import { Note } from './parts.tsx';

// Its types speak of the package as Node would load it, where one default is within another.
type QrScannerClass = typeof scanning.default;

/** As sharp as a token's 41 modules need where it fills a quarter of the picture. */
const WIDEST_PIXELS = 960;

/** The whole picture: nobody aims well, over a counter or on the street. */
function calculateScanRegion({ videoWidth: width, videoHeight: height }: HTMLVideoElement) {
  const scale = Math.min(1, WIDEST_PIXELS / Math.max(1, width));
  return { x: 0, y: 0, width, height, downScaledWidth: width * scale, downScaledHeight: height * scale };
}

interface CameraProperties {
  /** Told of each code, of the same one once. */
  onRead(text: string): void;
  /** Told where there is no camera, or none that may be used. */
  onUnusable?(): void;
}

export function Camera({ onRead, onUnusable }: CameraProperties) {
  const { i18n } = useLingui();
  const video = useRef<HTMLVideoElement>(null);
  const told = useRef({ onRead, onUnusable });
  told.current = { onRead, onUnusable };
  const [problem, setProblem] = useState<'denied' | 'none'>();
  useEffect(() => {
    let isOver = false;
    let scanner: InstanceType<QrScannerClass> | undefined;
    let last = '';
    const open = async () => {
      const Scanner = (await import('qr-scanner')).default as unknown as QrScannerClass;
      if (isOver || !video.current) return;
      scanner = new Scanner(
        video.current,
        ({ data }) => {
          if (data === last) return;
          last = data;
          told.current.onRead(data);
        },
        { preferredCamera: 'environment', maxScansPerSecond: 8, returnDetailedScanResult: true, calculateScanRegion },
      );
      await scanner.start();
      if (isOver) scanner.destroy();
    };
    open().catch(async () => {
      if (isOver) return;
      const state = await navigator.permissions.query({ name: 'camera' as PermissionName }).catch(() => undefined);
      setProblem(state?.state === 'denied' ? 'denied' : 'none');
      told.current.onUnusable?.();
    });
    return () => {
      isOver = true;
      scanner?.destroy();
    };
  }, []);
  if (problem) {
    return (
      <Note tone="warn">
        {problem === 'denied'
          ? i18n._('The camera is not allowed here. Allow it in the settings of your browser, or type the code.')
          : i18n._('No camera can be used here. Type the code instead.')}
      </Note>
    );
  }
  return (
    <div className="camera">
      <video ref={video} muted playsInline aria-label={i18n._('What the camera sees')} />
    </div>
  );
}
