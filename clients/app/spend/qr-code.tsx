/* A text as a QR code: black on white in any theme, since a till's camera has to read it. */
import { useEffect, useState } from 'react';

/** Quiet modules around it, which readers want. */
const BORDER = 4;

export function QrCode({ text, label }: { readonly text: string; readonly label: string }) {
  const [modules, setModules] = useState<readonly (readonly boolean[])[]>();
  useEffect(() => {
    let current = true;
    void import('uqr').then(({ encode }) => current && setModules(encode(text, { border: BORDER }).data));
    return () => {
      current = false;
    };
  }, [text]);
  if (!modules) return null;
  const size = modules.length;
  const path = modules.flatMap((row, y) => row.flatMap((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : []))).join('');
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  );
}
