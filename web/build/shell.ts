/**
 * Build steps that make the page fast on a bad connection: the service worker's list of
 * shell files, preloads for the page behind the QR code, and compressed copies beside each file.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';
import { PAGE_PATTERN } from '../src/paths.gen.ts';

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

/** Pages a phone needs between the QR code and the first step: one now, one right after. */
const JOIN = '/src/student/JoinPage.svelte';
const CLASS = '/src/student/ClassPage.svelte';
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest)$/;

function chunks(bundle: Bundle): Chunk[] {
  return Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
}

/** The files of these pages, the entry's included, found through static imports. */
export function pageFiles(bundle: Bundle, pages: readonly string[]): string[] {
  const byName = new Map(chunks(bundle).map((chunk) => [chunk.fileName, chunk]));
  const found = new Set<string>();
  const visit = (chunk: Chunk | undefined): void => {
    if (!chunk || found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    chunk.viteMetadata?.importedCss.forEach((css) => found.add(css));
    chunk.imports.forEach((name) => visit(byName.get(name)));
  };
  for (const chunk of chunks(bundle)) {
    const page = chunk.facadeModuleId ?? '';
    if (chunk.isEntry || pages.some((path) => page.endsWith(path))) visit(chunk);
  }
  return [...found];
}

/**
 * Preload the page behind the QR code beside the entry, which saves a round trip on a phone.
 * The class itself is fetched by that page, when the field for the name is there.
 */
export function preloadJoinPage(): Plugin {
  return {
    name: 'preload-join-page',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return [];
        return pageFiles(bundle, [JOIN])
          .filter((name) => name.endsWith('.js') && !html.includes(name))
          .map((name) => ({
            tag: 'link',
            attrs: { rel: 'modulepreload', crossorigin: true, href: `/${name}` },
            injectTo: 'head' as const,
          }));
      },
    },
  };
}

/** Write sw.js from its source, with the list of shell files and a version made from them. */
export function serviceWorker(source: string): Plugin {
  return {
    name: 'service-worker',
    apply: 'build',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const files = pageFiles(bundle, [JOIN, CLASS]).map((name) => `/${name}`);
        const entry = chunks(bundle).find((chunk) => chunk.isEntry);
        if (!entry) throw new Error('the build has no entry');
        const page = bundle['index.html'];
        const shell = page?.type === 'asset' ? page.source : '';
        const version = createHash('sha256').update(files.join('\n')).update(shell).digest('hex').slice(0, 12);
        const code = readFileSync(source, 'utf8')
          .replace("'__ENTRY__'", JSON.stringify(`/${entry.fileName}`))
          .replace('__PAGES__', () => String(PAGE_PATTERN))
          .replace("'__VERSION__'", JSON.stringify(version))
          .replace('__FILES__', JSON.stringify(files));
        this.emitFile({ type: 'asset', fileName: 'sw.js', source: code });
      },
    },
  };
}

/** Put .gz and .br copies beside the files, for servers that send them as they are. */
export function compressed(): Plugin {
  let directory = '';
  return {
    name: 'compressed-copies',
    apply: 'build',
    configResolved(config) {
      directory = resolve(config.root, config.build.outDir);
    },
    closeBundle() {
      for (const name of readdirSync(directory, { recursive: true, encoding: 'utf8' })) {
        if (!COMPRESSIBLE.test(name) || name.startsWith('.vite')) continue;
        const path = join(directory, name);
        const bytes = readFileSync(path);
        if (bytes.length < 512) continue;
        writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
        const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
        writeFileSync(`${path}.br`, brotliCompressSync(bytes, { params }));
      }
    },
  };
}
