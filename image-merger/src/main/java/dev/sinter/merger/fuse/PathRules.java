package dev.sinter.merger.fuse;

import java.util.Set;
import java.util.regex.Pattern;

/** What paths mean, wherever they come from; all without leading slash. */
final class PathRules {

    /** Engines mount over them or write them at every start. */
    private static final Pattern ENGINE = Pattern.compile(
            "(dev|proc|sys)(/.*)?|\\.dockerenv|run/\\.containerenv|etc/(hostname|hosts|resolv\\.conf|mtab)");

    /** Caches, logs and book-keeping of package managers: no program's behaviour hangs on which side's copy stays. */
    private static final Pattern NOISE =
            Pattern.compile("(tmp|run|var/tmp|var/run|var/log|var/cache|root/\\.cache)(/.*)?"
                    + "|home/[^/]+/\\.cache(/.*)?"
                    + "|var/lib/(apt|dpkg|systemd|ucf|pam|gems)(/.*)?|lib/apk/db(/.*)?|etc/apk/world"
                    + "|etc/ld\\.so\\.cache|etc/(passwd|group|shadow|gshadow|subuid|subgid)-|etc/machine-id|etc/\\.pwd\\.lock"
                    + "|usr/(local/)?share/(doc|man|info|lintian|bug)(/.*)?"
                    + "|(.*/)?__pycache__(/.*)?|.*\\.pyc"
                    + "|.*\\.(dist|egg)-info/(RECORD|INSTALLER|REQUESTED|WHEEL|direct_url\\.json|uv_cache\\.json)"
                    + "|(.*/)?(site|dist)-packages/pip(-[^/]*)?(/.*)?");

    private static final Set<String> ACCOUNTS =
            Set.of("etc/passwd", "etc/group", "etc/shadow", "etc/gshadow", "etc/subuid", "etc/subgid");

    private static final Set<String> BROAD = Set.of(
            "",
            "bin",
            "boot",
            "etc",
            "home",
            "lib",
            "lib64",
            "media",
            "mnt",
            "opt",
            "root",
            "run",
            "sbin",
            "srv",
            "tmp",
            "usr",
            "usr/bin",
            "usr/lib",
            "usr/lib64",
            "usr/local",
            "usr/local/bin",
            "usr/local/lib",
            "usr/local/sbin",
            "usr/sbin",
            "usr/share",
            "usr/src",
            "var",
            "var/lib",
            "var/www");

    static final Pattern SITE_DIRECTORY = Pattern.compile("(?:.*/)?lib/python3(?:\\.\\d+)?/(?:site|dist)-packages");

    private PathRules() {}

    static boolean engineOwned(String path) {
        return ENGINE.matcher(path).matches();
    }

    static boolean noise(String path) {
        return NOISE.matcher(path).matches();
    }

    static boolean accounts(String path) {
        return ACCOUNTS.contains(path);
    }

    /** Directories that every distribution has: never one function's own. */
    static boolean broad(String directory) {
        return BROAD.contains(directory) || directory.startsWith("usr/lib/") || directory.startsWith("etc/");
    }

    static boolean below(String path, String directory) {
        return directory.isEmpty()
                || (path.startsWith(directory)
                        && (path.length() == directory.length() || path.charAt(directory.length()) == '/'));
    }
}
