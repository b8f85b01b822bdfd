package dev.sinter.control.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.dockerjava.api.DockerClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

final class SetupIT {

    @Test
    void bringsWhatIsMissingAndFindsItTheSecondTime() throws IOException {
        List<String> progressList = Collections.synchronizedList(new ArrayList<>());
        SetupResult first = new Setup(System.getenv()).ensure(progressList::add);

        assertThat(Files.isExecutable(first.envoy())).isTrue();
        assertThat(first.envoyVersion()).matches("1\\.\\d+\\.\\d+.*");
        assertThat(first.done()).hasSize(3);
        try (DockerClient client = EngineClient.open(first.engine().host())) {
            assertThat(ImagePull.present(client, first.baseImage())).isTrue();
            assertThat(EngineProbe.failure(
                            client, first.baseImage(), first.engine().ulimits()))
                    .isNull();
        }

        progressList.clear();
        SetupResult second = new Setup(System.getenv()).ensure(progressList::add);
        assertThat(progressList).isEmpty();
        assertThat(second.engine()).isEqualTo(first.engine());
        assertThat(second.baseImage()).isEqualTo(first.baseImage());
        assertThat(second.envoy()).isEqualTo(first.envoy());
    }
}
