/** The signs of the phases, drawn as the legend draws them: a shape each, so that colour is never alone. */
import type { Map } from "maplibre-gl";

const SIDE = 18;
const DENSITY = 2;

type Draw = (pen: CanvasRenderingContext2D) => void;

function circle(pen: CanvasRenderingContext2D, radius: number): void {
  pen.beginPath();
  pen.arc(SIDE / 2, SIDE / 2, radius, 0, 2 * Math.PI);
}

function diamond(pen: CanvasRenderingContext2D): void {
  pen.beginPath();
  pen.moveTo(SIDE / 2, 2);
  pen.lineTo(SIDE - 2, SIDE / 2);
  pen.lineTo(SIDE / 2, SIDE - 2);
  pen.lineTo(2, SIDE / 2);
  pen.closePath();
}

function hollow(pen: CanvasRenderingContext2D, paper: string): void {
  const ink = pen.fillStyle;
  pen.fillStyle = paper;
  pen.fill();
  pen.fillStyle = ink;
  pen.stroke();
}

/** Adds an image for each phase; called again when the style is made anew. */
export function addSigns(map: Map, tones: Record<string, string>, paper: string): void {
  const shapes: Record<string, Draw> = {
    planning: (pen) => { circle(pen, 6); hollow(pen, paper); },
    building: (pen) => {
      circle(pen, 6);
      hollow(pen, paper);
      pen.beginPath();
      pen.arc(SIDE / 2, SIDE / 2, 6, -Math.PI / 2, Math.PI / 2);
      pen.fill();
    },
    done: (pen) => { circle(pen, 7); pen.fill(); },
    stopped: (pen) => pen.fillRect(3.5, 3.5, SIDE - 7, SIDE - 7),
    unknown: (pen) => { diamond(pen); hollow(pen, paper); },
  };
  for (const [code, draw] of Object.entries(shapes)) {
    const canvas = document.createElement("canvas");
    canvas.width = canvas.height = SIDE * DENSITY;
    const pen = canvas.getContext("2d")!;
    pen.scale(DENSITY, DENSITY);
    pen.fillStyle = pen.strokeStyle = tones[code] ?? "#5d6972";
    pen.lineWidth = 2.2;
    // A rim of paper keeps signs apart where many stand together.
    pen.shadowColor = paper;
    pen.shadowBlur = 2;
    draw(pen);
    const { data, width, height } = pen.getImageData(0, 0, canvas.width, canvas.height);
    if (map.hasImage(code)) map.removeImage(code);
    map.addImage(code, { data: new Uint8Array(data.buffer), width, height }, { pixelRatio: DENSITY });
  }
}
