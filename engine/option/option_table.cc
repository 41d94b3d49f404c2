#include "engine/option/option_table.h"

#include <limits>

namespace redshift {
namespace {

using enum OptionKind;
using enum OptionGroup;

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;
constexpr int64_t kKib = 1024;
constexpr int64_t kMib = 1024 * kKib;
constexpr int64_t kGib = 1024 * kMib;
constexpr int64_t kMaxInt = std::numeric_limits<int32_t>::max();
constexpr int64_t kMaxLong = std::numeric_limits<int64_t>::max();

const std::vector<OptionSpec>& Table() {
  static const std::vector<OptionSpec> table = {
      // Connection.
      {.key = "connector",
       .group = kConnection,
       .kind = kEnum,
       .help = "Says that the table is one of Redshift.",
       .default_text = "redshift",
       .values = {{"redshift", "Amazon Redshift"}}},
      {.key = "hostname",
       .group = kConnection,
       .kind = kText,
       .help = "Host name of the cluster or workgroup, without port and database, such as "
               "`examplecluster.abc123xyz789.us-west-2.redshift.amazonaws.com`.",
       .default_note = "looked up, together with the port",
       .required = "unless `iam.cluster-identifier`, `iam.workgroup` or `secret-arn` is given"},
      {.key = "port",
       .group = kConnection,
       .kind = kInteger,
       .help = "Port of the cluster or workgroup.",
       .default_text = "5439",
       .min = 1,
       .max = 65535},
      {.key = "username",
       .group = kConnection,
       .kind = kText,
       .help = "Database user.",
       .required = "unless `iam.auth` or `secret-arn` is given"},
      {.key = "password",
       .group = kConnection,
       .kind = kSecret,
       .help = "Password of the database user.",
       .required = "unless `password-file`, `iam.auth` or `secret-arn` is given"},
      {.key = "password-file",
       .group = kConnection,
       .kind = kText,
       .help = "File that holds the password of the database user and nothing else but a line end. It is "
               "read on every machine that opens a connection, when a task starts there.",
       .required = "unless `password`, `iam.auth` or `secret-arn` is given"},
      {.key = "database-name",
       .group = kConnection,
       .kind = kText,
       .help = "Database to connect to.",
       .default_text = "dev",
       .aliases = {"database.name", "sink.database-name"}},
      {.key = "table-name",
       .group = kConnection,
       .kind = kText,
       .help = "Table in Redshift: `table` or `schema.table`. Parts may be quoted with `\"`. The schema is "
               "`public` "
               "unless given. Letters are folded to lower case, in quotes too, as Redshift does.",
       .aliases = {"table.name", "sink.table-name"},
       .required = "always"},
      {.key = "connect.timeout",
       .group = kConnection,
       .kind = kDuration,
       .help = "How long one attempt to connect may take.",
       .default_text = "30 s",
       .min = kSecond,
       .max = kHour},
      {.key = "statement.timeout",
       .group = kConnection,
       .kind = kDuration,
       .help =
           "How long one statement may run before it is ended. A commit's wait for the lock of the ledger "
           "does not count; it has `sink.commit.lock-timeout`.",
       .default_note = "no limit of our own",
       .min = kSecond,
       .max = 7 * kDay},
      {.key = "ssl.mode",
       .group = kConnection,
       .kind = kEnum,
       .help = "Whether the connection is encrypted, and what is checked of the server.",
       .default_text = "verify-full",
       .enum_name = "SslMode",
       .values = {{"disable", "not encrypted"},
                  {"require", "encrypted; whoever answers is trusted"},
                  {"verify-ca", "encrypted; the certificate must come from a trusted authority"},
                  {"verify-full", "as verify-ca, and the certificate must be made out to the host name"}}},
      {.key = "ssl.root-cert",
       .group = kConnection,
       .kind = kText,
       .help = "File with the certificates of the trusted authorities (PEM), for verify-ca and verify-full.",
       .default_note = "the authorities the system trusts"},

      // Writing.
      {.key = "sink.write.mode",
       .group = kSink,
       .kind = kEnum,
       .help = "How rows are written. The older spellings `copy-mode` and `sink.copy-mode` take true (copy) "
               "or false "
               "(jdbc).",
       .default_text = "jdbc",
       .aliases = {"sink.mode"},
       .switch_aliases = {"copy-mode", "sink.copy-mode"},
       .enum_name = "WriteMode",
       .values = {{"jdbc", "INSERT statements over the wire: for few rows, visible soon"},
                  {"copy", "files on S3 and one COPY per checkpoint: for many rows, exactly once"}}},
      {.key = "sink.delivery-guarantee",
       .group = kSink,
       .kind = kEnum,
       .help =
           "What is promised when the job fails and starts again, or a connection is lost. jdbc mode cannot "
           "promise exactly-once: a batch whose reply was lost is sent again. With a primary key that "
           "changes "
           "nothing, but after a restart older values may show until it has caught up.",
       .default_note = "exactly-once in copy mode, at-least-once in jdbc mode",
       .enum_name = "DeliveryGuarantee",
       .values = {{"exactly-once", "every row once"},
                  {"at-least-once", "every row, some perhaps more than once"}}},
      {.key = "sink.batch-size",
       .group = kSink,
       .kind = kInteger,
       .help = "Rows that are sent together, in one transaction. With a primary key only the last change per "
               "key of them is written. In copy mode, only when it is set, it bounds how many rows wait "
               "before they "
               "go to the uploader; it does not change when they become visible.",
       .default_text = "1000",
       .aliases = {"sink.batch.size"},
       .min = 1,
       .max = 1000000},
      {.key = "sink.flush-interval",
       .group = kSink,
       .kind = kDuration,
       .help = "How long rows wait for a batch to fill. In copy mode, only when it is set, it bounds how "
               "long rows wait "
               "before they go to the uploader; it does not change when they become visible.",
       .default_text = "1 s",
       .aliases = {"sink.flush.interval"},
       .min = 1,
       .max = kDay},
      {.key = "sink.max-retries",
       .group = kSink,
       .kind = kInteger,
       .help = "How often a statement that failed for a reason that may pass is tried again.",
       .default_text = "3",
       .min = 0,
       .max = 1000},
      {.key = "sink.parallelism",
       .group = kSink,
       .kind = kInteger,
       .help = "Parallelism of the sink.",
       .default_note = "as the rest of the job",
       .min = 1,
       .max = 32768},
      {.key = "sink.run-id",
       .group = kSink,
       .kind = kText,
       .help =
           "Name of this run for a job that commits once at its end without checkpoints: a run of this "
           "name that was committed within `sink.ledger.retention` is not loaded again. Each INSERT needs a "
           "name of its own. Letters, digits, `.`, `_`, `:` and `-`, at most 100.",
       .default_note = "drawn when the job is built"},
      {.key = "sink.timestamp-overflow",
       .group = kSink,
       .kind = kEnum,
       .help = "What becomes of TIMESTAMP columns with more than six fractional digits: Redshift keeps "
               "microseconds.",
       .default_text = "fail",
       .enum_name = "TimestampOverflow",
       .values = {{"fail", "the table is refused"}, {"cut", "digits after the sixth are cut"}}},
      {.key = "sink.bad-rows",
       .group = kSink,
       .kind = kEnum,
       .help = "What happens to a row with a value that Redshift would refuse or change.",
       .default_text = "fail",
       .enum_name = "BadRows",
       .values =
           {{"fail", "the job fails and names the row, the column and the reason"},
            {"reject",
             "the row goes to a file under `<s3-uri>/rejected/`: once in copy mode, perhaps more than once "
             "in jdbc mode"}}},
      {.key = "sink.bad-rows.max",
       .group = kSink,
       .kind = kInteger,
       .help = "How many rows one subtask may reject before the job fails; in copy mode also all of them "
               "together. Counted since the job's last start.",
       .default_note = "no limit",
       .min = 1,
       .max = kMaxLong},
      {.key = "sink.bad-rows.show-values",
       .group = kSink,
       .kind = kBool,
       .help =
           "Whether messages about bad rows may show their values. Reject files hold the rows themselves in "
           "any case.",
       .default_text = "false"},
      {.key = "sink.create-table",
       .group = kSink,
       .kind = kEnum,
       .help = "Whether the sink creates the table in Redshift: from the declared columns, with NOT NULL and "
               "PRIMARY KEY "
               "as declared. Text of n characters becomes `VARCHAR` of 4n bytes, at most 65535. Nothing is "
               "created before the job runs.",
       .default_text = "never",
       .enum_name = "CreateTable",
       .values = {{"never", "it must exist"}, {"if-absent", "created at start when it does not exist"}}},
      {.key = "sink.create-table.distkey",
       .group = kSink,
       .kind = kText,
       .help = "Column that becomes the DISTKEY of a created table.",
       .default_note = "the primary key if it is a single column, else Redshift chooses"},
      {.key = "sink.create-table.sortkey",
       .group = kSink,
       .kind = kText,
       .help = "Columns that become the SORTKEY of a created table, separated by commas. A name with a comma "
               "or a blank stands in double quotes.",
       .default_note = "Redshift chooses"},

      // Files of copy mode.
      {.key = "s3-uri",
       .group = kCopy,
       .kind = kText,
       .help = "Where files are staged: `s3://bucket/prefix`.",
       .aliases = {"copy-temp-s3-uri", "sink.write.temp.s3-uri", "sink.copy-mode.aws.s3-uri",
                   "unload.temp.s3.path"},
       .required = "in copy mode"},
      {.key = "iam-role-arn",
       .group = kCopy,
       .kind = kText,
       .help =
           "Role with which Redshift reads the staged files: an ARN, a chain of ARNs separated by commas, or "
           "`default`.",
       .default_note = "the S3 keys in use are handed over",
       .aliases = {"sink.aws.iam-role-arn"}},
      {.key = "sink.copy.format",
       .group = kCopy,
       .kind = kEnum,
       .help = "Format of staged files.",
       .default_text = "csv",
       .enum_name = "CopyFormat",
       .values = {{"csv", "CSV"}, {"parquet", "Apache Parquet"}}},
      {.key = "sink.copy.compression",
       .group = kCopy,
       .kind = kEnum,
       .help = "Compression of staged files.",
       .default_text = "zstd",
       .enum_name = "CopyCompression",
       .values = {{"zstd", "Zstandard"}, {"gzip", "gzip"}, {"none", "not compressed"}}},
      {.key = "sink.copy.compression-level",
       .group = kCopy,
       .kind = kInteger,
       .help = "Level of the compression: 1 to 22 for zstd, 1 to 9 for gzip.",
       .default_text = "1",
       .min = 1,
       .max = 22},
      {.key = "sink.copy.file-size",
       .group = kCopy,
       .kind = kByteSize,
       .help = "Size from which a staged file is finished and the next begun, as it is stored (compressed).",
       .default_text = "128 mb",
       .min = 64 * kKib,
       .max = 5 * kGib},
      {.key = "sink.copy.memory",
       .group = kCopy,
       .kind = kByteSize,
       .help = "Memory that a subtask may use outside the Java heap for rows on their way to S3. When it is "
               "used up the "
               "subtask waits.",
       .default_text = "64 mb",
       .min = 32 * kMib,
       .max = 64 * kGib},
      {.key = "sink.copy.keep-files",
       .group = kCopy,
       .kind = kBool,
       .help = "Whether staged files stay where they are after they were loaded.",
       .default_text = "false"},
      {.key = "sink.copy.options",
       .group = kCopy,
       .kind = kText,
       .help =
           "More parameters for COPY, such as `TRUNCATECOLUMNS COMPUPDATE OFF`. TRUNCATECOLUMNS cuts text to "
           "the bytes of its column. TRIMBLANKS cuts white space at the end of VARCHAR. ROUNDEC rounds "
           "DECIMAL columns that are declared with more fractional digits than the target has; without it "
           "they are refused. ACCEPTINVCHARS puts `?`, or the character behind it (`ACCEPTINVCHARS '^'`), "
           "for every byte of VARCHAR that is not UTF-8. ACCEPTANYDATE makes NULL of a date or timestamp "
           "outside the years 1 to 9999, but where the target is NOT NULL. What one of these five changes "
           "is no bad row any more; a value that still does not fit then is one. They are refused with a "
           "primary key, whose rows must be found by the values that were written. COMPUPDATE and "
           "STATUPDATE go to COPY as they are. Parquet takes ACCEPTINVCHARS and STATUPDATE only."},

      // Commits of copy mode.
      {.key = "sink.ledger.table",
       .group = kCommit,
       .kind = kText,
       .help =
           "Table that records which commits have been made: `table`, in the schema of the target, or "
           "`schema.table`. In jdbc mode it is the lock behind which changes of a table with a primary key "
           "are written.",
       .default_note = "the table's name followed by `_flink_commits`"},
      {.key = "sink.ledger.retention",
       .group = kCommit,
       .kind = kDuration,
       .help = "How long a commit stays recorded. It must be longer than a job may stand still and then go "
               "on from a "
               "savepoint.",
       .default_text = "30 d",
       .min = 2 * kDay,
       .max = 3650 * kDay},
      {.key = "sink.commit.lock-timeout",
       .group = kCommit,
       .kind = kDuration,
       .help =
           "How long a commit waits for the lock of the ledger; in jdbc mode, a batch of a table with a "
           "primary key. Then a session of the same user and sink that is idle is taken for one whose "
           "process is gone, and ended; any other is named in the error. Unless it is set, a commit waits "
           "at most half of `sink.commit.timeout`.",
       .default_text = "10 min",
       .min = kSecond,
       .max = kDay},
      {.key = "sink.commit.timeout",
       .group = kCommit,
       .kind = kDuration,
       .help = "How long one commit may take, with everything that is tried again.",
       .default_text = "1 h",
       .min = kSecond,
       .max = 7 * kDay},
      {.key = "sink.commit.expired",
       .group = kCommit,
       .kind = kEnum,
       .help = "What happens to files that come back from a savepoint so old that the ledger cannot tell any "
               "more whether "
               "they were loaded.",
       .default_text = "fail",
       .enum_name = "CommitExpired",
       .values = {{"fail", "the job fails and names checkpoint, files and rows"},
                  {"skip", "they are not loaded"},
                  {"load", "they are loaded, perhaps for the second time"}}},
      {.key = "sink.commit.conflict-retries",
       .group = kCommit,
       .kind = kInteger,
       .help =
           "How often a commit that lost against another transaction is tried again; in jdbc mode, a batch.",
       .default_text = "10",
       .min = 0,
       .max = 1000},
      {.key = "sink.commit.reconnect-timeout",
       .group = kCommit,
       .kind = kDuration,
       .help = "How long a commit goes on trying while the cluster cannot be reached; in jdbc mode, a batch.",
       .default_text = "15 min",
       .min = kSecond,
       .max = kDay},

      // Reading.
      {.key = "scan.read.mode",
       .group = kRead,
       .kind = kEnum,
       .help = "How rows are read.",
       .default_text = "jdbc",
       .enum_name = "ReadMode",
       .values = {{"jdbc", "a query over the wire"}, {"unload", "UNLOAD to files on S3"}},
       .later = true},
      {.key = "scan.fetch-size",
       .group = kRead,
       .kind = kInteger,
       .help = "Rows that are fetched together.",
       .default_text = "10000",
       .min = 1,
       .max = kMaxInt,
       .later = true},
      {.key = "scan.parallelism",
       .group = kRead,
       .kind = kInteger,
       .help = "Parallelism of the source.",
       .default_note = "as the rest of the job",
       .min = 1,
       .max = 32768,
       .later = true},
      {.key = "lookup.cache",
       .group = kRead,
       .kind = kEnum,
       .help = "Cache of lookup joins.",
       .default_text = "none",
       .enum_name = "LookupCache",
       .values = {{"none", "no cache"}, {"partial", "rows that were looked up"}},
       .later = true},
      {.key = "lookup.max-retries",
       .group = kRead,
       .kind = kInteger,
       .help = "How often a lookup that failed is tried again.",
       .default_text = "3",
       .min = 0,
       .max = 1000,
       .later = true},
      {.key = "lookup.partial-cache.expire-after-access",
       .group = kRead,
       .kind = kDuration,
       .help = "How long a cached row stays after it was last used.",
       .default_note = "no limit",
       .min = 1,
       .max = 3650 * kDay,
       .later = true},
      {.key = "lookup.partial-cache.expire-after-write",
       .group = kRead,
       .kind = kDuration,
       .help = "How long a cached row stays after it was read.",
       .default_note = "no limit",
       .min = 1,
       .max = 3650 * kDay,
       .later = true},
      {.key = "lookup.partial-cache.cache-missing-key",
       .group = kRead,
       .kind = kBool,
       .help = "Whether it is remembered that a key has no row.",
       .default_text = "true",
       .later = true},
      {.key = "lookup.partial-cache.max-rows",
       .group = kRead,
       .kind = kInteger,
       .help = "Rows that the cache may hold.",
       .default_note = "no limit",
       .min = 1,
       .max = kMaxLong,
       .later = true},

      // AWS.
      {.key = "aws.region",
       .group = kAws,
       .kind = kText,
       .help = "Region of the bucket and of the AWS services that are called, such as `us-east-1`.",
       .default_note = "for S3 the region in which the bucket is; else AWS_REGION, AWS_DEFAULT_REGION, the "
                       "profile's `region`, the region in `hostname` or that of the EC2 instance"},
      {.key = "aws.request-timeout",
       .group = kAws,
       .kind = kDuration,
       .help =
           "How long a request to S3 or another service of AWS may stay without an answer, a large one "
           "without progress, before it is given up; the completion of an upload has two minutes at least. "
           "Requests to S3 are tried up to eight times, others up to five times.",
       .default_text = "30 s",
       .min = kSecond,
       .max = 10 * kMinute},
      {.key = "aws.endpoint",
       .group = kAws,
       .kind = kText,
       .help = "URL of another S3 service, such as `http://127.0.0.1:9000`.",
       .default_note =
           "Flink's own `s3.endpoint`, where its keys may be used too; else AWS_ENDPOINT_URL_S3 or "
           "AWS_ENDPOINT_URL of the environment; else Amazon's"},
      {.key = "aws.credentials.provider",
       .group = kAws,
       .kind = kEnum,
       .help =
           "Where the keys for AWS come from. When the basic keys are given and this is not, they are used. "
           "When no option of `aws.credentials.*` is given, AUTO begins with Flink's own `s3.access-key` and "
           "`s3.secret-key` (and their `s3.endpoint` and `s3.path.style.access`). Keys are looked for on "
           "the machines that run the job; those that expire are renewed.",
       .default_text = "AUTO",
       .enum_name = "AwsCredentialsProvider",
       .values = {{"AUTO",
                   "the first that is set up of: environment variables, Java system properties, web identity "
                   "token, profile, role of the container, role of the EC2 instance"},
                  {"BASIC", "the keys given here"},
                  {"ENV_VAR", "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN"},
                  {"SYS_PROP",
                   "the Java system properties aws.accessKeyId, aws.secretAccessKey, "
                   "aws.sessionToken"},
                  {"PROFILE", "a profile of ~/.aws/credentials and ~/.aws/config"},
                  {"ASSUME_ROLE",
                   "a role that is assumed with the basic keys or, without them, those of AUTO"},
                  {"WEB_IDENTITY_TOKEN", "a role that is assumed with a web identity token"}}},
      {.key = "aws.credentials.basic.accesskeyid",
       .group = kAws,
       .kind = kText,
       .help = "Access key id.",
       .required = "with the provider BASIC"},
      {.key = "aws.credentials.basic.secretkey",
       .group = kAws,
       .kind = kSecret,
       .help = "Secret access key.",
       .required = "with the provider BASIC"},
      {.key = "aws.credentials.basic.sessiontoken",
       .group = kAws,
       .kind = kSecret,
       .help = "Session token of temporary keys. It must outlive the job."},
      {.key = "aws.credentials.profile.name",
       .group = kAws,
       .kind = kText,
       .help = "Name of the profile for PROFILE.",
       .default_note = "AWS_PROFILE, else `default`"},
      {.key = "aws.credentials.profile.path",
       .group = kAws,
       .kind = kText,
       .help = "File that holds the profiles for PROFILE, on the machines that run the job.",
       .default_note =
           "the files that AWS_SHARED_CREDENTIALS_FILE and AWS_CONFIG_FILE name, or those in ~/.aws"},
      {.key = "aws.credentials.role.arn",
       .group = kAws,
       .kind = kText,
       .help = "Role that is assumed: with ASSUME_ROLE and WEB_IDENTITY_TOKEN.",
       .default_note = "with WEB_IDENTITY_TOKEN, AWS_ROLE_ARN",
       .required = "with the provider ASSUME_ROLE"},
      {.key = "aws.credentials.role.sessionName",
       .group = kAws,
       .kind = kText,
       .help = "Name of the session of the assumed role, as logs of AWS show it.",
       .default_note = "`flink-connector-redshift`; with WEB_IDENTITY_TOKEN, AWS_ROLE_SESSION_NAME"},
      {.key = "aws.credentials.role.externalId",
       .group = kAws,
       .kind = kText,
       .help = "External id that the role asks for."},
      {.key = "aws.credentials.role.stsEndpoint",
       .group = kAws,
       .kind = kText,
       .help =
           "URL of another STS service than the region's, for ASSUME_ROLE and WEB_IDENTITY_TOKEN, and for "
           "AUTO and PROFILE where they come to a role.",
       .default_note = "AWS_ENDPOINT_URL_STS or AWS_ENDPOINT_URL of the environment; else Amazon's"},
      {.key = "aws.credentials.webIdentityToken.file",
       .group = kAws,
       .kind = kText,
       .help =
           "File that holds the web identity token, on the machines that run the job. It is read anew for "
           "each renewal.",
       .default_note = "AWS_WEB_IDENTITY_TOKEN_FILE"},
      {.key = "s3.sse",
       .group = kAws,
       .kind = kEnum,
       .help = "How S3 encrypts staged files, manifests and reject files.",
       .default_text = "none",
       .enum_name = "S3Sse",
       .values = {{"none", "as the bucket is set up"},
                  {"sse-s3", "keys of S3"},
                  {"sse-kms", "a key of KMS; whose files COPY reads needs kms:Decrypt on it too"}}},
      {.key = "s3.sse.kms-key-id",
       .group = kAws,
       .kind = kText,
       .help = "The key of KMS with 's3.sse' = 'sse-kms': its ARN, its id, or 'alias/' with a name.",
       .default_note = "the account's own key for S3"},
      {.key = "iam.auth",
       .group = kAws,
       .kind = kBool,
       .help =
           "Whether user and password are temporary ones that AWS hands out for the AWS credentials in use. "
           "They are fetched when a connection is opened, and kept until shortly before they expire. The "
           "connection must be encrypted.",
       .default_text = "false"},
      {.key = "iam.cluster-identifier",
       .group = kAws,
       .kind = kText,
       .help =
           "Name of the cluster: for `iam.auth`, and to look up host name and port when `hostname` is not "
           "given.",
       .required = "with `iam.auth`, unless `iam.workgroup` is given"},
      {.key = "iam.workgroup",
       .group = kAws,
       .kind = kText,
       .help = "Name of the serverless workgroup: for `iam.auth`, and to look up host name and port when "
               "`hostname` is not given.",
       .required = "with `iam.auth`, unless `iam.cluster-identifier` is given"},
      {.key = "iam.db-user",
       .group = kAws,
       .kind = kText,
       .help = "Database user of the cluster to log in as (`GetClusterCredentials`).",
       .default_note =
           "the user that belongs to the AWS credentials in use (`GetClusterCredentialsWithIAM`)"},
      {.key = "iam.auto-create",
       .group = kAws,
       .kind = kBool,
       .help = "Whether `iam.db-user` is created when it does not exist.",
       .default_text = "false"},
      {.key = "iam.db-groups",
       .group = kAws,
       .kind = kText,
       .help =
           "Database groups that `iam.db-user` joins for the session, separated by commas. They must exist."},
      {.key = "iam.endpoint",
       .group = kAws,
       .kind = kText,
       .help = "URL of Redshift's API, such as that of a VPC endpoint.",
       .default_note = "`AWS_ENDPOINT_URL_REDSHIFT`, `AWS_ENDPOINT_URL_REDSHIFT_SERVERLESS` or "
                       "`AWS_ENDPOINT_URL` of the environment, else Amazon's"},
      {.key = "secret-arn",
       .group = kAws,
       .kind = kText,
       .help = "ARN of the secret in AWS Secrets Manager that holds `username` and `password`, as Redshift's "
               "secrets do. It is read when a connection is opened, kept, and read again when the login is "
               "refused. Its `host` and `port` are used when `hostname` is not given."},
      {.key = "secret-endpoint",
       .group = kAws,
       .kind = kText,
       .help = "URL of the API of Secrets Manager.",
       .default_note = "`AWS_ENDPOINT_URL_SECRETS_MANAGER` or `AWS_ENDPOINT_URL` of the environment, else "
                       "Amazon's"},
  };
  return table;
}

}  // namespace

std::span<const OptionSpec> OptionTable() {
  return Table();
}

const OptionSpec* FindOption(std::string_view key) {
  for (const OptionSpec& spec : Table()) {
    if (spec.key == key) return &spec;
  }
  return nullptr;
}

}  // namespace redshift
