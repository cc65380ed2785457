/**
 * Build steps that make the page fast on a bad connection: the service worker's list of
 * shell files, preloads for the student's pages, and compressed copies beside each file.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Plugin, Rolldown } from 'vite';

type Bundle = Rolldown.OutputBundle;
type Chunk = Rolldown.OutputChunk;

/** Pages a phone needs between the QR code and the first step. */
const STUDENT_PAGES = ['/src/student/JoinPage.svelte', '/src/student/ClassPage.svelte'];
const COMPRESSIBLE = /\.(html|js|css|svg|json|webmanifest)$/;

function chunks(bundle: Bundle): Chunk[] {
  return Object.values(bundle).filter((file): file is Chunk => file.type === 'chunk');
}

/** Every file of the student's pages, the entry included, found through static imports. */
export function studentFiles(bundle: Bundle): string[] {
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
    if (chunk.isEntry || STUDENT_PAGES.some((path) => page.endsWith(path))) visit(chunk);
  }
  return [...found];
}

/** Preload the student's chunks beside the entry, which saves one round trip on a phone. */
export function preloadStudentPages(): Plugin {
  return {
    name: 'preload-student-pages',
    apply: 'build',
    transformIndexHtml: {
      order: 'post',
      handler(html, { bundle }) {
        if (!bundle) return [];
        return studentFiles(bundle)
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
        const files = studentFiles(bundle).map((name) => `/${name}`);
        const version = createHash('sha256').update(files.join('\n')).digest('hex').slice(0, 12);
        const code = readFileSync(source, 'utf8')
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
