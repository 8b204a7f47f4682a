// Node 18, which Debian 12 has, does not give programs `crypto` by itself; the libraries expect it.
import { webcrypto } from 'node:crypto';

globalThis.crypto ??= webcrypto;
