/** Texts of the profile, in English. Other languages have the same keys. */
export const en = {
  "field.first_name": "First name",
  "field.last_name": "Last name",
  "profile.lead": "Your names and your email address.",
  "profile.names": "Names",
  "profile.names_lead": "Administrators see them, too.",
  "profile.username_hint": "You sign in with it, or with your email address.",
  "profile.email_lead": "For mails about your account, and to reset your password.",
  "profile.email_hint": "A new address counts once you confirm it with a link that we send there.",
  "profile.email_sent": "We sent a link to {email}. Open it to confirm the address.",
  "profile.change_email": "Change the address",
  "profile.verified": "Confirmed",
  "profile.unverified": "Not confirmed",
  "profile.unverified_lead": "Confirm the address with the link in the mail that we sent.",
  "profile.send_again": "Send the mail again",
  "profile.verification_sent": "A mail is on its way.",
  "profile.pending": "Waiting for {email} to be confirmed.",
};
