/** Address that local servers listen on by default, and thus also the address of their clients. */
export const LOCAL_ADDRESS = "127.0.0.1";
/** The IPv6 address of this machine for its own programs. */
export const LOCAL_ADDRESS_V6 = "::1";
/** Name of this machine for its own programs, which stands for both addresses. */
export const LOCAL_NAME = "localhost";
