package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An image reference with its transport, as skopeo and Podman write them.
 *
 * @param name of the image or path of the file or directory
 * @param tag inside a file or directory; {@code null} elsewhere and if not given
 */
record Reference(Kind kind, String name, @Nullable String tag) {

    enum Kind {
        DOCKER_DAEMON,
        DOCKER_ARCHIVE,
        OCI,
        OCI_ARCHIVE,
        DOCKER;

        String prefix() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    static Reference parse(String text) {
        for (Kind kind : Kind.values()) {
            String prefix = kind.prefix() + ":";
            if (text.startsWith(prefix)) {
                return of(kind, text.substring(prefix.length()), text);
            }
        }
        return of(Kind.DOCKER_DAEMON, text, text);
    }

    private static Reference of(Kind kind, String rest, String text) {
        String name = kind == Kind.DOCKER && rest.startsWith("//") ? rest.substring(2) : rest;
        boolean local = kind == Kind.OCI || kind == Kind.OCI_ARCHIVE || kind == Kind.DOCKER_ARCHIVE;
        int colon = local ? name.indexOf(':') : -1;
        String path = colon < 0 ? name : name.substring(0, colon);
        String tag = colon < 0 || colon == name.length() - 1 ? null : name.substring(colon + 1);
        if (path.isBlank() || (kind == Kind.DOCKER && !rest.startsWith("//"))) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST,
                    "image: " + text
                            + " (expected: NAME, docker-daemon:NAME, docker-archive:FILE[:NAME], oci:DIR[:TAG], "
                            + "oci-archive:FILE[:TAG] or docker://NAME)");
        }
        return new Reference(kind, path, tag);
    }

    /** Whether two names mean one image, with Docker Hub's and Podman's defaults spelled out. */
    static boolean same(String tag, String name) {
        return normal(tag).equals(normal(name));
    }

    private static String normal(String name) {
        String stripped = name;
        for (String registry : new String[] {"docker.io/library/", "docker.io/", "localhost/"}) {
            if (stripped.startsWith(registry)) {
                stripped = stripped.substring(registry.length());
                break;
            }
        }
        boolean tagged = stripped.lastIndexOf(':') > stripped.lastIndexOf('/');
        return tagged || stripped.contains("@") ? stripped : stripped + ":latest";
    }
}
