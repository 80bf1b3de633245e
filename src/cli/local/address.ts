/** Where everything on this machine listens; so it is also where every client of it is. */
export const LOCAL_ADDRESS = "127.0.0.1";
