// Accounts an analyst may mean by an id, a native id or a handle.
MATCH (a:Account)
WHERE a.id = $text OR a.id ENDS WITH (':' + $text) OR toLower(a.handle) = toLower($text)
RETURN a.id AS id
ORDER BY id
LIMIT 20
