DROP FUNCTION remove_organization(uuid, integer);
