-- Lists, for each event that ends access to an account, the kinds of credentials that it ends. A kind that an event
-- does not name keeps working. docs/security.md explains each row; test/api/ends-of-access.test.ts tries each cell over
-- HTTP.
--
--   session                                  a sign-in with its refresh and access tokens
--   token, key, feed                         personal tokens, keys for clients of WakaTime, calendar feeds
--   password                                 the password itself: until it is reset by mail, no password matches
--   passkey, authenticator, recovery_codes   second factors; a passkey also signs in by itself
--   challenge                                a sign-in that awaits its second factor
--   verification                             mailed tokens that prove a mailbox, and the tokens to review an account
--   mail                                     every other mailed token: password resets, invitations and kinds added later
CREATE OR REPLACE FUNCTION access_rules() RETURNS TABLE (event text, ends text[])
LANGUAGE sql IMMUTABLE AS $$
  VALUES
    -- The owner changed the password, and kept tokens, keys and feeds or ended them as well.
    ('password_change', '{session,challenge,mail}'::text[]),
    ('password_and_tokens_change', '{session,token,key,feed,challenge,mail}'),
    -- A mailed token set the password of an account: one with a verified email, or one whose email was never verified.
    ('password_reset', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_claimed', '{session,token,key,feed,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    -- The account was deactivated or deleted; or it was activated or restored, which revives no credential.
    ('account_closed', '{session,token,key,feed,challenge,verification,mail}'),
    ('account_reopened', '{session,token,key,feed,challenge,verification,mail}'),
    -- The holder of the old address reverted a change of the email.
    ('email_reverted', '{session,token,key,feed,password,challenge,verification,mail}'),
    -- An administrator removed the second factors of a user who lost them.
    ('factors_reset', '{session,passkey,authenticator,recovery_codes,challenge}'),
    -- The holder of the mailbox ended the credentials from before the email was verified, or disowned the account.
    ('account_reviewed', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}'),
    ('account_disowned', '{session,token,key,feed,password,passkey,authenticator,recovery_codes,challenge,verification,mail}');
$$;
