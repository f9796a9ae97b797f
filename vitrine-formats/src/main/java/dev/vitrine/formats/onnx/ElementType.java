package dev.vitrine.formats.onnx;

import dev.vitrine.graph.DType;

/** ONNX's TensorProto.DataType: a type's number is its ordinal. */
enum ElementType {
  UNDEFINED(null),
  FLOAT(DType.F32),
  UINT8(DType.U8),
  INT8(DType.I8),
  UINT16(DType.U16),
  INT16(DType.I16),
  INT32(DType.I32),
  INT64(DType.I64),
  STRING(null),
  BOOL(DType.BOOL),
  FLOAT16(DType.F16),
  DOUBLE(DType.F64),
  UINT32(DType.U32),
  UINT64(DType.U64),
  COMPLEX64(null),
  COMPLEX128(null),
  BFLOAT16(DType.BF16),
  FLOAT8E4M3FN(DType.F8E4M3FN),
  FLOAT8E4M3FNUZ(DType.F8E4M3FNUZ),
  FLOAT8E5M2(DType.F8E5M2),
  FLOAT8E5M2FNUZ(DType.F8E5M2FNUZ),
  UINT4(DType.U4),
  INT4(DType.I4),
  FLOAT4E2M1(DType.F4E2M1),
  FLOAT8E8M0(DType.F8E8M0),
  UINT2(DType.U2),
  INT2(DType.I2);

  private static final ElementType[] ALL = values();

  private final DType dtype;

  ElementType(DType dtype) {
    this.dtype = dtype;
  }

  /** The type that Vitrine has for it; null when it has none. */
  DType dtype() {
    return dtype;
  }

  /** The type of that number; null when there is none. */
  static ElementType of(long number) {
    return number >= 0 && number < ALL.length ? ALL[(int) number] : null;
  }

  static ElementType of(DType dtype) {
    for (ElementType t : ALL) {
      if (t.dtype == dtype) {
        return t;
      }
    }
    throw new IllegalStateException(dtype.toString());
  }
}
