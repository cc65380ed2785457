/// <reference types="vitest/config" />
// Only types from vitest: `make run` builds without the development packages.
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import tailwindcss from '@tailwindcss/vite';
import { defineConfig } from 'vite';
import { smallIcons } from './build/icons.ts';
import { compressed, preloadJoinPage, serviceWorker } from './build/shell.ts';

const backend = process.env['BACKEND_URL'] ?? 'http://localhost:8000';
const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  plugins: [
    smallIcons(),
    svelte(),
    tailwindcss(),
    preloadJoinPage(),
    serviceWorker(here('./build/sw.js')),
    compressed(),
  ],
  // Component tests mount in jsdom, which needs Svelte's browser build.
  resolve: process.env['VITEST'] ? { conditions: ['browser'] } : {},
  build: {
    target: ['chrome111', 'safari16.4'],
    manifest: true,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          includeDependenciesRecursively: false,
          groups: [
            // Parts of Svelte that the first pages of a phone do not use.
            { name: 'svelte-more', priority: 2, test: /svelte\/src\/internal\/client\/dom\/(blocks\/(await|each|svelte-element)|elements\/(transitions|bindings\/select))\.js/ },
            // The class's own parts, also where the instructor's pages share them.
            { name: 'class', priority: 1, test: /src\/(socket|streams|outbox|timers)\.ts|src\/ui\/(Bubble|StepCard)\.svelte|src\/student\/(ClassView|StepView)\.svelte|src\/student\/(shown|words)\.ts|icons\/(check|hand|message-circle)\.svelte/ },
            // What every page uses, in one file: it compresses better than ten.
            { name: 'base', priority: 1, test: /svelte\/src\/|svelte\/dist\/Icon|clsx|preload-helper|src\/(api|account|explain|later|prefs|random|router|serverTime|storage|types)\.ts|src\/i18n\/(index|ko)\.ts|src\/ui\/(Button|Icon|Settings)\.svelte|icons\/settings-2|src\/student\/(seat|speech)\.ts/ },
          ],
        },
      },
      treeshake: {
        // Svelte does not say so, but these modules only define functions.
        moduleSideEffects: [{ test: /svelte\/src\/internal\/client\/dom\/(blocks|elements)\//, sideEffects: false }],
      },
    },
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
    // A context for each file in two threads: a process for each takes three times as long.
    pool: 'vmThreads',
    maxWorkers: 2,
    include: ['src/**/*.test.ts'],
    restoreMocks: true,
    unstubGlobals: true,
  },
});
