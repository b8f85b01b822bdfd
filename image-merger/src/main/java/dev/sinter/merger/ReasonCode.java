package dev.sinter.merger;

import dev.sinter.merger.CompatibilityReport.Reason;
import org.jspecify.annotations.Nullable;

/** What a comparison can find, with the strongest tier that it still allows. */
public enum ReasonCode {
    RUNTIME_DIFFERS("SNT0230", Tier.CO_PROCESS),
    NOT_CAPTURABLE("SNT0231", Tier.CO_PROCESS),
    PORT_UNKNOWN("SNT0232", Tier.CO_POD),
    USER_DIFFERS("SNT0233", Tier.CO_POD),
    FILE_CONFLICT("SNT0234", Tier.CO_POD),
    LIBC_DIFFERS("SNT0235", Tier.CO_POD),
    DELETED_FILE("SNT0236", Tier.CO_POD),
    NATIVE_PACKAGE_DIFFERS("SNT0237", Tier.FORKED),
    PACKAGE_PRIVATE("SNT0238", Tier.IN_PROCESS),
    CODE_RELOCATED("SNT0239", Tier.IN_PROCESS),
    NATIVE_ENVIRONMENT("SNT0240", Tier.CO_PROCESS),
    SETUID("SNT0241", Tier.CO_POD),
    START_HOOK("SNT0242", Tier.CO_POD),
    PLATFORM_DIFFERS("SNT0243", Tier.CO_POD),
    ACCOUNTS_DIFFER("SNT0244", Tier.CO_POD),
    SYSTEM_FILES_KEPT("SNT0245", Tier.IN_PROCESS),
    NO_COMMAND("SNT0246", Tier.CO_POD),
    ALREADY_FUSED("SNT0247", Tier.CO_POD),
    VOLUME("SNT0248", Tier.CO_POD);

    private final String code;
    private final Tier limit;

    ReasonCode(String code, Tier limit) {
        this.code = code;
        this.limit = limit;
    }

    public String code() {
        return code;
    }

    public Reason at(@Nullable String path, String message) {
        return new Reason(code, limit, message, path);
    }

    public Reason because(String message) {
        return at(null, message);
    }
}
