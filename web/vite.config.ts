import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vitest/config';
import { compressed, preloadStudentPages, serviceWorker } from './build/shell.ts';

const backend = process.env['BACKEND_URL'] ?? 'http://localhost:8000';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [
    svelte(),
    tailwindcss(),
    preloadStudentPages(),
    serviceWorker(here('./build/sw.js')),
    compressed(here('./dist')),
  ],
  // Component tests mount in jsdom, which needs Svelte's browser build.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: {
    target: ['chrome111', 'safari16.4'],
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { assetFileNames: 'assets/[name]-[hash][extname]' } },
  },
  server: {
    proxy: {
      '/api': backend,
      '/qr': backend,
      '/ws': { target: backend, ws: true },
    },
  },
  test: {
    environment: 'jsdom',
    include: ['src/**/*.test.ts', 'tests/**/*.test.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
