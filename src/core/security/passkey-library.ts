/**
 * The parts of the library for passkeys that this service uses. They are named here, since a bundler keeps everything that a module loaded
 * by `import()` exports.
 */
export { verifyAuthenticationResponse, verifyRegistrationResponse } from "@simplewebauthn/server";
export { decodeAttestationObject } from "@simplewebauthn/server/helpers";
