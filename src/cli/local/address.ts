/** Address that local servers listen on by default, and thus also the address of their clients. */
export const LOCAL_ADDRESS = "127.0.0.1";
