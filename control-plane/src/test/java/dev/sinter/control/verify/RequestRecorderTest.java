package dev.sinter.control.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sinter.control.verify.RecordedRequest.HeaderLine;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RequestRecorderTest {

    private final RequestRecorder recorder = RequestRecorder.start(
            InetAddress.getLoopbackAddress(), List.of("a", "b"), new RecorderLimits(4, 10_000, 2000));

    @AfterEach
    void close() {
        recorder.close();
    }

    @Test
    void keepsARequestAsItWasSentForTheFunctionOfItsPort() throws IOException {
        String answer = send("b", "GET /x%2Fy?n=1&m=%20a HTTP/1.1\r\nHost: b:8080\r\nX-One: 1\r\nx-one: 2\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 204");
        assertThat(recorder.recorded("a")).isEmpty();
        RecordedRequest request = recorder.recorded("b").getFirst();
        assertThat(request.method()).isEqualTo("GET");
        assertThat(request.target()).isEqualTo("/x%2Fy?n=1&m=%20a");
        assertThat(request.host()).isEqualTo("b:8080");
        assertThat(request.headers()).contains(new HeaderLine("x-one", "1"), new HeaderLine("x-one", "2"));
    }

    @Test
    void forgetsWhatMayChangeSomething() throws IOException {
        send("a", "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
        send("a", "DELETE / HTTP/1.1\r\nHost: a\r\n\r\n");
        send("a", "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nhi");

        assertThat(recorder.recorded("a")).isEmpty();
    }

    @Test
    void keepsHeadRequests() throws IOException {
        send("a", "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(recorder.recorded("a")).extracting(RecordedRequest::method).containsExactly("HEAD");
    }

    @Test
    void survivesWhatIsNoHttp() throws IOException {
        send("a", "\u0000\u0001\u0002 nonsense\r\n\r\n");
        send("a", "GET / HTTP/1.1\r\nHost: a\r\n\r\n");

        assertThat(recorder.recorded("a")).hasSize(1);
    }

    @Test
    void tellsNoSecretsToALog() throws IOException {
        send("a", "GET /?token=s3cret HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer s3cret\r\n\r\n");

        assertThat(recorder.recorded("a").getFirst().toString())
                .contains("GET /", "authorization")
                .doesNotContain("s3cret");
    }

    @Test
    void knowsOnlyItsFunctions() {
        assertThatThrownBy(() -> recorder.port("c")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysThatAnAddressIsNotThisMachines() throws IOException {
        InetAddress elsewhere = InetAddress.getByName("192.0.2.1");

        assertThatThrownBy(() -> RequestRecorder.start(elsewhere, List.of("a"), RecorderLimits.DEFAULT))
                .isInstanceOfSatisfying(
                        VerifyException.class, e -> assertThat(e.code()).isEqualTo("SNT0855"));
    }

    private String send(String function, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), recorder.port(function))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream in = socket.getInputStream();
            byte[] answer = new byte[4096];
            int length = in.read(answer);
            return new String(answer, 0, Math.max(length, 0), StandardCharsets.ISO_8859_1);
        }
    }
}
