package dev.sinter.merger.transport;

import dev.sinter.merger.MergeException;
import dev.sinter.merger.MergeProblem;
import java.net.URI;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where an image is in a registry.
 *
 * @param host with port, as the registry calls itself
 * @param version a tag or a digest
 */
record RegistryName(String host, String repository, String version) {

    private static final Pattern FORM =
            Pattern.compile("(?:(?<host>[A-Za-z0-9.-]+(?::\\d+)?)/)?(?<repository>[a-z0-9]+(?:[._/-]+[a-z0-9]+)*)"
                    + "(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9._-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?");

    static RegistryName parse(String name) {
        Matcher matcher = FORM.matcher(name);
        if (!matcher.matches()) {
            throw new MergeException(
                    MergeProblem.BAD_REQUEST,
                    "registry image: " + name + " (expected: HOST/REPOSITORY[:TAG][@DIGEST])");
        }
        String host = matcher.group("host");
        String repository = matcher.group("repository");
        boolean isHost = host != null && (host.contains(".") || host.contains(":") || host.equals("localhost"));
        if (!isHost) {
            repository = host == null ? repository : host + "/" + repository;
            host = "docker.io";
        }
        if (host.equals("docker.io") && !repository.contains("/")) {
            repository = "library/" + repository;
        }
        String tag = matcher.group("tag") == null ? "latest" : matcher.group("tag");
        String digest = matcher.group("digest");
        return new RegistryName(host, repository, digest == null ? tag : digest);
    }

    /** Plain HTTP only on this machine. */
    URI uri(String path) {
        boolean local = host.matches("(localhost|127\\.0\\.0\\.1)(:\\d+)?");
        String server = host.equals("docker.io") ? "registry-1.docker.io" : host;
        return URI.create((local ? "http://" : "https://") + server + "/v2/" + repository + "/" + path);
    }
}
