/** Returns the user's profile in WakaTime's form. The username stands in for a missing name. */
export const profileOf = (id: string, username: string, name: string | null) => ({
  id,
  username,
  display_name: name ?? username,
  full_name: name ?? username,
  photo: null,
  website: null,
  human_readable_website: null,
  location: null,
  is_email_public: false as const,
  is_hireable: false as const,
  photo_public: false as const,
});
