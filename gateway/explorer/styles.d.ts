/** A style sheet that vite bundles; importing it has no value. */
declare module '*.css';
