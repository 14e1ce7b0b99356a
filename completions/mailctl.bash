# bash completion of mailctl
# Written from the command table; see cmd/reference.
_mailctl() {
    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}
    local path= word i options= live=
    case $prev in
    -o | --output) COMPREPLY=($(compgen -W 'table json ndjson csv tsv' -- "$cur")); return ;;
    -c | --conf) compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); return ;;
    esac
    for ((i = 1; i < COMP_CWORD; i++)); do
        word=${COMP_WORDS[i]}
        case $word in -*) continue ;; esac
        case ${COMP_WORDS[i-1]} in -c | --conf | -o | --output) continue ;; esac
        path="${path:+$path }$word"
    done
    case $path in
    '') options='serve status service session conf control domain user mailbox quota alias address ban queue send fts sending srs sendmail route dns tlsrpt smtp store log dkim tls import export explain' ;;
    'service') options='list stop start' ;;
    'session') options='list kick watch' ;;
    'conf') options='init check show describe set plan apply confirm' ;;
    'control') options='token' ;;
    'domain') options='add list show set enable disable remove rename alias dns' ;;
    'domain alias') options='add list remove' ;;
    'user') options='add list show set passwd unlock enable disable suspend contain remove restore erase rename generate apppass cert' ;;
    'user add') options='' ;;
    'user passwd') options='' ;;
    'user apppass') options='add list revoke' ;;
    'user cert') options='add list revoke' ;;
    'mailbox') options='list show create rename delete subscribe search cat flags copy move resend empty deleted undelete retention address acl unlock' ;;
    'mailbox acl') options='list set remove seen' ;;
    'quota') options='list recount' ;;
    'alias') options='add list show set remove' ;;
    'address') options='explain check' ;;
    'ban') options='list add remove clear' ;;
    'queue') options='list show cat headers hold release retry reroute fail drop priority shape report top history rules pause resume export' ;;
    'queue rules') options='list add remove' ;;
    'fts') options='status update rebuild erase' ;;
    'sending') options='list reset' ;;
    'srs') options='wrap unwrap rotate' ;;
    'route') options='explain list' ;;
    'dns') options='lookup flush' ;;
    'tlsrpt') options='list show' ;;
    'smtp') options='probe etrn' ;;
    'store') options='stats check scrub salvage compact move' ;;
    'log') options='level' ;;
    'dkim') options='keygen import list show dns check enable disable activate retire delete set rotate sign verify' ;;
    'tls') options='new csr show' ;;
    'import') options='users' ;;
    'export') options='users domains aliases' ;;
    'serve'*) options='' ;;
    'status'*) options='' ;;
    'service list'*) options='' ;;
    'service stop'*) options='--dry-run --yes' ;;
    'service start'*) options='--dry-run --yes' ;;
    'session list'*) options='--user --listener --protocol --address --columns' ;;
    'session kick'*) options='--user --listener --protocol --address --all --dry-run --yes' ;;
    'session watch'*) options='--user --listener --protocol --address --interval --count' ;;
    'conf init'*) options='--domain --hostname --local' ;;
    'conf check'*) options='' ;;
    'conf show'*) options='--changed --default --origin' ;;
    'conf describe'*) options='' ;;
    'conf set'*) options='--dry-run --yes' ;;
    'conf plan'*) options='' ;;
    'conf apply'*) options='--confirm-within --dry-run --yes' ;;
    'conf confirm'*) options='' ;;
    'control token'*) options='--add' ;;
    'domain add'*) options='--max-users --max-aliases --max-octets --max-message --recipients --sending-limit --setting --catch-all --separators --postmaster --abuse --require-auth --quota --quota-messages --comment --alias --disabled --dry-run --yes' live=domain ;;
    'domain list'*) options='--domain --where --sort --columns --limit' ;;
    'domain show'*) options='--usage' live=domain ;;
    'domain set'*) options='--domain --where --sort --dry-run --yes --max-users --max-aliases --max-octets --max-message --recipients --sending-limit --setting --catch-all --separators --postmaster --abuse --require-auth --quota --quota-messages --comment' live=domain ;;
    'domain enable'*) options='--domain --where --sort --dry-run --yes' live=domain ;;
    'domain disable'*) options='--domain --where --sort --dry-run --yes' live=domain ;;
    'domain remove'*) options='--dry-run --yes' live=domain ;;
    'domain rename'*) options='--resume --dry-run --yes' live=domain ;;
    'domain alias add'*) options='--dry-run --yes' live=domain ;;
    'domain alias list'*) options='' live=domain ;;
    'domain alias remove'*) options='--dry-run --yes' live=alias ;;
    'domain dns'*) options='' live=domain ;;
    'user add '*) options='--password-stdin --random-password --password-file --password-fd --password-hash-file --no-password' ;;
    'user list'*) options='--domain --where --sort --columns --limit' ;;
    'user show'*) options='' ;;
    'user set'*) options='--domain --where --sort --dry-run --yes --name --department --contact --comment --state --reason --role --rights --access --quota --quota-messages --max-message --recipients --sending-limit --setting --expires --forward --keep-copy --send-as --bulk' ;;
    'user passwd '*) options='--password-stdin --random-password --password-file --password-fd --password-hash-file --no-password' ;;
    'user unlock'*) options='--domain --where --sort --dry-run --yes' ;;
    'user enable'*) options='--domain --where --sort --dry-run --yes' ;;
    'user disable'*) options='--domain --where --sort --dry-run --yes --login-only' ;;
    'user suspend'*) options='--domain --where --sort --dry-run --yes --reason' ;;
    'user contain'*) options='--reason --ban --keep-sessions --undo --days --dry-run --yes' ;;
    'user remove'*) options='--domain --where --sort --dry-run --yes' ;;
    'user restore'*) options='--domain --where --sort --dry-run --yes' ;;
    'user erase'*) options='--domain --where --sort --dry-run --yes --overdue' ;;
    'user rename'*) options='--keep-alias --dry-run --yes' ;;
    'user generate'*) options='--prefix --domain --from --to --width --no-password --name --department --contact --comment --state --reason --role --rights --access --quota --quota-messages --max-message --recipients --sending-limit --setting --expires --forward --keep-copy --send-as --bulk --dry-run --yes' ;;
    'user apppass add'*) options='--service --network --expires --dry-run --yes' ;;
    'user apppass list'*) options='' ;;
    'user apppass revoke'*) options='--all --dry-run --yes' ;;
    'user cert add'*) options='--label --dry-run --yes' ;;
    'user cert list'*) options='' ;;
    'user cert revoke'*) options='--all --dry-run --yes' ;;
    'mailbox list'*) options='--user --domain --where --all --public' ;;
    'mailbox show'*) options='--user --domain --where --all --public' ;;
    'mailbox create'*) options='--user --domain --where --all --public --dry-run --yes --role --unsubscribed' ;;
    'mailbox rename'*) options='--user --domain --where --all --public --dry-run --yes' ;;
    'mailbox delete'*) options='--user --domain --where --all --public --dry-run --yes' ;;
    'mailbox subscribe'*) options='--user --domain --where --all --public --dry-run --yes --off' ;;
    'mailbox search'*) options='--user --domain --where --all --public --columns --limit --last --count --fields' ;;
    'mailbox cat'*) options='--user --domain --where --all --public --headers --mbox' ;;
    'mailbox flags'*) options='--user --domain --where --all --public --dry-run --yes --add --remove' ;;
    'mailbox copy'*) options='--user --domain --where --all --public --to --to-user --create --dry-run --yes' ;;
    'mailbox move'*) options='--user --domain --where --all --public --to --to-user --create --dry-run --yes' ;;
    'mailbox resend'*) options='--user --domain --where --all --public --to --from --delete --dry-run --yes' ;;
    'mailbox empty'*) options='--user --domain --where --all --public --dry-run --yes' ;;
    'mailbox deleted'*) options='--user --domain --where --all --public --since' ;;
    'mailbox undelete'*) options='--user --domain --where --all --public --since --into --dry-run --yes' ;;
    'mailbox retention'*) options='--user --domain --where --all --public --dry-run --yes' ;;
    'mailbox address'*) options='--user --domain --where --all --public --add --remove --dry-run --yes' ;;
    'mailbox acl list'*) options='' live=user ;;
    'mailbox acl set'*) options='--take --preset --dry-run --yes' live=user ;;
    'mailbox acl remove'*) options='--dry-run --yes' live=user ;;
    'mailbox acl seen'*) options='--dry-run --yes' live=user ;;
    'mailbox unlock'*) options='--dry-run --yes' ;;
    'quota list'*) options='--domain --where --sort --over' ;;
    'quota recount'*) options='--domain --where --sort --dry-run --yes' ;;
    'alias add'*) options='--send-as --comment --disabled --dry-run --yes' ;;
    'alias list'*) options='--domain --where --sort --columns --limit' ;;
    'alias show'*) options='' ;;
    'alias set'*) options='--domain --where --sort --dry-run --yes --target --add-target --remove-target --send-as --comment --enable --disable' ;;
    'alias remove'*) options='--domain --where --sort --dry-run --yes' ;;
    'address explain'*) options='--relay --size' ;;
    'address check'*) options='' ;;
    'ban list'*) options='--all --where --sort' ;;
    'ban add'*) options='--for --reason --dry-run --yes' ;;
    'ban remove'*) options='--dry-run --yes' ;;
    'ban clear'*) options='--dry-run --yes' ;;
    'queue list'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --columns' ;;
    'queue show'*) options='' ;;
    'queue cat'*) options='' ;;
    'queue headers'*) options='' ;;
    'queue hold'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes --reason' ;;
    'queue release'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes' ;;
    'queue retry'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes --reset --destination' ;;
    'queue reroute'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes' ;;
    'queue fail'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes --reason' ;;
    'queue drop'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes --reason' ;;
    'queue priority'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit --all --dry-run --yes' ;;
    'queue shape'*) options='--from --to --domain --account --error --size --state --age --attempts --limit --by' ;;
    'queue report'*) options='--from --to --domain --account --error --size --state --age --attempts --limit --by --html' ;;
    'queue top'*) options='--from --to --domain --account --error --size --state --age --attempts --limit --interval --rows --stored --once' ;;
    'queue history'*) options='--from --to --domain --account --error --size --id --ids-from --age --attempts --limit' ;;
    'queue rules list'*) options='--all' ;;
    'queue rules add'*) options='--from --to --domain --account --error --size --route --reason --owner --for --dry-run --yes' ;;
    'queue rules remove'*) options='--dry-run --yes' ;;
    'queue pause'*) options='--dry-run --yes' ;;
    'queue resume'*) options='--dry-run --yes' ;;
    'queue export'*) options='--from --to --domain --account --error --size --id --ids-from --state --age --attempts --limit' ;;
    'send'*) options='--from --to --cc --bcc --subject --body --at --attach' ;;
    'fts status'*) options='--domain --where --sort' ;;
    'fts update'*) options='--domain --where --sort --dry-run --yes' ;;
    'fts rebuild'*) options='--domain --where --sort --dry-run --yes' ;;
    'fts erase'*) options='--domain --where --sort --dry-run --yes' ;;
    'sending list'*) options='' ;;
    'sending reset'*) options='--dry-run --yes' ;;
    'srs wrap'*) options='--by' ;;
    'srs unwrap'*) options='' ;;
    'srs rotate'*) options='--dry-run --yes' ;;
    'sendmail'*) options='--read-recipients --ignore-dots --from --full-name --notify --return --envelope-id --body --login --mode' ;;
    'route explain'*) options='--from --account --priority --no-dns' ;;
    'route list'*) options='' ;;
    'dns lookup'*) options='' ;;
    'dns flush'*) options='' ;;
    'tlsrpt list'*) options='--domain --day' ;;
    'tlsrpt show'*) options='--day' live=domain ;;
    'smtp probe'*) options='--starttls --tls --plain --proxy --lmtp --hello --timeout' ;;
    'smtp etrn'*) options='--port --timeout --user --password-file --starttls --ca --plain' live=domain ;;
    'store stats'*) options='' ;;
    'store check'*) options='--repair --dry-run --yes' ;;
    'store scrub'*) options='' ;;
    'store salvage'*) options='' ;;
    'store compact'*) options='' ;;
    'store move'*) options='--keep --dry-run --yes' ;;
    'log level'*) options='--address --user --for --clear' ;;
    'dkim keygen'*) options='--selector --note --test --activate --algorithm --bits --file' live=domain ;;
    'dkim import'*) options='--selector --note --test --activate --key --file' live=domain ;;
    'dkim list'*) options='' live=domain ;;
    'dkim show'*) options='' live=domain ;;
    'dkim dns'*) options='--form --all' live=domain ;;
    'dkim check'*) options='--zone' live=domain ;;
    'dkim enable'*) options='--dry-run --yes' live=domain ;;
    'dkim disable'*) options='--dry-run --yes' live=domain ;;
    'dkim activate'*) options='--dry-run --yes' live=domain ;;
    'dkim retire'*) options='--dry-run --yes' live=domain ;;
    'dkim delete'*) options='--dry-run --yes' live=domain ;;
    'dkim set'*) options='--canonicalization --headers --identity --expiry --rotate-every --overlap --activate-after --note --test --dry-run --yes' live=domain ;;
    'dkim rotate'*) options='--now --zone --dry-run --yes' live=domain ;;
    'dkim sign'*) options='--domain --selector --key --canonicalization --headers --identity --expiry --body-length' ;;
    'dkim verify'*) options='--key-file --zone --at' ;;
    'tls new'*) options='--key --key-type --organization --unit --locality --state --country --email --certificate --days' ;;
    'tls csr'*) options='--key --key-type --organization --unit --locality --state --country --email' ;;
    'tls show'*) options='' ;;
    'import users'*) options='--preset --map --separator --comment --no-header --header --domain --fixed-password --random-passwords --update --create-domains --rejects --dry-run --yes' ;;
    'export users'*) options='--domain --columns --with-hashes' ;;
    'export domains'*) options='--columns' ;;
    'export aliases'*) options='--domain --columns' ;;
    'explain'*) options='--replies' ;;
    esac
    case $cur in
    -*) options="$options --version -h --help -c --conf -o --output -q --quiet --host --host-ca --host-token-file --host-certificate --host-key -v --verbose" ;;
    *) [ -n "$live" ] && options="$options $(mailctl $live list -q -o tsv 2>/dev/null | cut -f1 | tail -n +2)" ;;
    esac
    COMPREPLY=($(compgen -W "$options" -- "$cur"))
    [ ${#COMPREPLY[@]} -gt 0 ] || { compopt -o filenames; COMPREPLY=($(compgen -f -- "$cur")); }
}
complete -F _mailctl mailctl
