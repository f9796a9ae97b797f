package dev.vitrine.bench;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import dev.vitrine.graph.DType;
import dev.vitrine.graph.Shape;
import dev.vitrine.graph.Tensor;
import dev.vitrine.graph.VitrineException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * ONNX Runtime as it is best used: all graph optimisations, inputs in direct memory made once,
 * results left where the runtime puts them.
 */
final class OnnxRuntimeRunner implements Runner {
  private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
  private final Map<String, OnnxTensor> inputs = new LinkedHashMap<>();
  private final OrtSession session;

  OnnxRuntimeRunner(Path file, Map<String, Tensor> inputs, int threads) {
    try (var options = new OrtSession.SessionOptions()) {
      options.setIntraOpNumThreads(threads);
      options.setInterOpNumThreads(1);
      options.setOptimizationLevel(OrtSession.SessionOptions.OptLevel.ALL_OPT);
      options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
      session = environment.createSession(file.toString(), options);
    } catch (OrtException e) {
      throw new VitrineException(file + ": ONNX Runtime refuses it: " + e.getMessage(), e);
    }
    inputs.forEach((name, t) -> this.inputs.put(name, tensor(t)));
  }

  private OnnxTensor tensor(Tensor t) {
    try {
      ByteBuffer bytes = ByteBuffer.allocateDirect(Math.toIntExact(t.data().byteSize()));
      MemorySegment.ofBuffer(bytes).copyFrom(t.data());
      bytes.order(ByteOrder.LITTLE_ENDIAN);
      long[] shape = t.shape().sizes();
      return switch (t.dtype()) {
        case F32 -> OnnxTensor.createTensor(environment, bytes.asFloatBuffer(), shape);
        case I64 -> OnnxTensor.createTensor(environment, bytes.asLongBuffer(), shape);
        default -> throw new VitrineException("inputs of type " + t.dtype().text() + " aren't set");
      };
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  private static VitrineException failed(OrtException e) {
    return new VitrineException("ONNX Runtime fails: " + e.getMessage(), e);
  }

  @Override
  public String name() {
    return "ONNX Runtime " + environment.getVersion();
  }

  @Override
  public void run() {
    try {
      session.run(inputs).close();
    } catch (OrtException e) {
      throw failed(e);
    }
  }

  @Override
  public Map<String, Tensor> results() {
    Map<String, Tensor> out = new LinkedHashMap<>();
    try (OrtSession.Result result = session.run(inputs)) {
      for (var e : result) {
        if (e.getValue() instanceof OnnxTensor t
            && t.getInfo().type == ai.onnxruntime.OnnxJavaType.FLOAT) {
          Tensor copy = Tensor.zeros(DType.F32, Shape.of(t.getInfo().getShape()));
          copy.data().copyFrom(MemorySegment.ofBuffer(t.getByteBuffer()));
          out.put(e.getKey(), copy);
        }
      }
    } catch (OrtException e) {
      throw failed(e);
    }
    return out;
  }

  @Override
  public void close() {
    try {
      session.close();
    } catch (OrtException e) {
      throw failed(e);
    } finally {
      inputs.values().forEach(OnnxTensor::close);
    }
  }
}
