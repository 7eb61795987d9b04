// The certificate library's injector needs the metadata polyfill loaded before it.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { ROOTS } from '../cloud/index.ts';

/** A server's identity and the authority that vouches for it, as PEM text. The authority's key is thrown away. */
export interface Certificates {
  readonly caPem: string;
  readonly certPem: string;
  readonly keyPem: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY_MS = 86_400_000;
/** Some clients refuse server certificates that live longer than 398 days. */
const LIFE_MS = 397 * DAY_MS;

/**
 * Makes a certificate authority and one server certificate for every host of the emulated cloud and for loopback (RFC 5280).
 * Each call makes new keys, so that nobody can prepare certificates for PikPak's hosts that a trusted sandbox CA would cover.
 */
export async function makeCertificates(): Promise<Certificates> {
  const [authority, server] = await Promise.all([generateKeys(), generateKeys()]);
  const period = { notBefore: new Date(Date.now() - DAY_MS), notAfter: new Date(Date.now() + LIFE_MS) };
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: 'CN=Sluice sandbox CA',
    ...period,
    signingAlgorithm: ALGORITHM,
    keys: authority,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const leaf = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: 'CN=Sluice sandbox',
    issuer: ca.subject,
    ...period,
    signingAlgorithm: ALGORITHM,
    publicKey: server.publicKey,
    signingKey: authority.privateKey,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(alternativeNames()),
      await x509.SubjectKeyIdentifierExtension.create(server.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(authority.publicKey),
    ],
  });
  const key = await crypto.subtle.exportKey('pkcs8', server.privateKey);
  return {
    caPem: `${ca.toString('pem')}\n`,
    certPem: `${leaf.toString('pem')}\n`,
    keyPem: `${x509.PemConverter.encode(key, 'PRIVATE KEY')}\n`,
  };
}

function generateKeys(): Promise<CryptoKeyPair> {
  return crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}

/** Random, so that browsers that saw an earlier sandbox don't complain about a number used twice. */
function serialNumber(): string {
  return `00${Buffer.from(crypto.getRandomValues(new Uint8Array(15))).toString('hex')}`;
}

function alternativeNames(): { type: 'dns' | 'ip'; value: string }[] {
  const hosts = [...ROOTS.flatMap((root) => [root, `*.${root}`]), 'localhost'];
  return [
    ...hosts.map((value) => ({ type: 'dns' as const, value })),
    { type: 'ip', value: '127.0.0.1' },
    { type: 'ip', value: '::1' },
  ];
}
