package dev.sinter.merger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.merger.TestImage.Tar;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real registry that wants to know who asks. */
final class RegistryLoginIT {

    /** The password is {@code secret}. */
    private static final String HTPASSWD = "$2b$04$zueXwi6pUgYQRo7i1ImTVOJCqbKGSCzhHbvr17StTuG6XR2Iwo5Te";

    @TempDir
    Path directory = Path.of("");

    @Test
    void aPasswordFromDockersLoginFileIsTaken() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("htpasswd"), "tester:" + HTPASSWD + "\n");
        String auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + directory.resolve("htpasswd") + "\n";
        try (DebianRegistry registry = DebianRegistry.start(directory, auth)) {
            String login = Base64.getEncoder().encodeToString("tester:secret".getBytes(StandardCharsets.UTF_8));
            Files.writeString(
                    directory.resolve("config.json"),
                    "{\"auths\":{\"" + registry.host() + "\":{\"auth\":\"" + login + "\"}}}");

            assertPushedAndPulled(registry, Map.of("DOCKER_CONFIG", directory.toString()));

            assertThatThrownBy(() -> push(registry, Map.of("DOCKER_CONFIG", "/nowhere", "HOME", "/nowhere")))
                    .isInstanceOf(MergeException.class)
                    .hasMessageContaining("status 401")
                    .hasMessageContaining("log in");
        }
    }

    @Test
    void aCredentialHelpersAnswerBuysTokensForEachRepository()
            throws IOException, InterruptedException, GeneralSecurityException {
        try (TokenServer tokens = new TokenServer(directory, "tester", "secret");
                DebianRegistry registry = DebianRegistry.start(directory, tokens.configuration(directory))) {
            Path helper = Files.createFile(
                    directory.resolve("docker-credential-sinter-test"),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Files.writeString(helper, """
                    #!/bin/sh
                    test "$1" = get && read -r host
                    test "$host" = %s || exit 1
                    echo '{"ServerURL":"x","Username":"tester","Secret":"secret"}'
                    """.formatted(registry.host()));
            Files.writeString(
                    directory.resolve("config.json"),
                    "{\"credHelpers\":{\"" + registry.host() + "\":\"sinter-test\"}}");

            assertPushedAndPulled(
                    registry, Map.of("DOCKER_CONFIG", directory.toString(), "PATH", directory + ":/usr/bin:/bin"));

            assertThat(tokens.scopes())
                    .contains(
                            "repository:team/one:pull,push",
                            "repository:team/one:pull",
                            "repository:team/two:pull,push");
            assertThat(registry.log()).contains("/v2/team/two/blobs/uploads/?mount=sha256");
        }
    }

    @Test
    void aCredentialHelperThatIsNotThereIsNamed() throws IOException, InterruptedException {
        Files.writeString(directory.resolve("htpasswd"), "tester:" + HTPASSWD + "\n");
        String auth = "auth:\n  htpasswd:\n    realm: test\n    path: " + directory.resolve("htpasswd") + "\n";
        try (DebianRegistry registry = DebianRegistry.start(directory, auth)) {
            Files.writeString(directory.resolve("config.json"), "{\"credsStore\":\"missing\"}");

            assertThatThrownBy(() -> push(registry, Map.of("DOCKER_CONFIG", directory.toString(), "PATH", "/bin")))
                    .isInstanceOf(MergeException.class)
                    .hasMessageContaining("docker-credential-missing");
        }
    }

    /** The second merge takes the first one's layers over from another repository. */
    private void assertPushedAndPulled(DebianRegistry registry, Map<String, String> environment) {
        MergeResult pushed = push(registry, environment);
        MergeRequest again = new MergeRequest(
                "g2",
                List.of(new Member("w", registry.image("team/one:v1"), Overrides.NONE, 8080)),
                List.of(),
                Tier.IN_PROCESS);

        MergeResult second = merger(environment).merge(again, registry.image("team/two:v1"), MergeProgress.NONE);

        assertThat(second.bytesReused()).isEqualTo(pushed.bytesReused() + pushed.bytesWritten());
    }

    private MergeResult push(DebianRegistry registry, Map<String, String> environment) {
        TestImage a = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask # aaa"));
        TestImage b = TestImage.from(TestImage.python()).layer(new Tar().file("app/app.py", "import flask"));
        Path archive = TestImage.archive(directory.resolve("in.tar"), TestImage.named("a", a, "b", b));
        MergeRequest request = new MergeRequest(
                "g1",
                List.of(
                        new Member("a", "docker-archive:" + archive + ":a", Overrides.NONE, null),
                        new Member("b", "docker-archive:" + archive + ":b", Overrides.NONE, null)),
                List.of(new LocalPair("a", "b")),
                Tier.IN_PROCESS);
        return merger(environment).merge(request, registry.image("team/one:v1"), MergeProgress.NONE);
    }

    private ImageMerger merger(Map<String, String> environment) {
        MergerSettings defaults = MergerSettings.in(directory.resolve("cache"));
        return new ImageMerger(
                new MergerSettings(defaults.cacheDirectory(), defaults.cacheBytes(), environment, null, null), null);
    }
}
